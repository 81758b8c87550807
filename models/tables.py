"""Every table, imported in one place so that the metadata is complete."""

from models.assessments import Assessment
from models.base import Base
from models.cases import Case, CaseEvent, CasePost, Decision, Link
from models.custody import CustodyEntry
from models.leases import Lease
from models.people import User, UserSession
from models.posts import Account, Capture, Contact, Post, PostContact, PostVersion
from models.sources import CollectedCount, CollectingEffort, CrawlRun, RejectedPost, Source

__all__ = [
    "Account",
    "Assessment",
    "Base",
    "Capture",
    "Case",
    "CaseEvent",
    "CasePost",
    "CollectedCount",
    "CollectingEffort",
    "Contact",
    "CrawlRun",
    "CustodyEntry",
    "Decision",
    "Lease",
    "Link",
    "Post",
    "PostContact",
    "PostVersion",
    "RejectedPost",
    "Source",
    "User",
    "UserSession",
]
