"""From the HTML of a post's page to a `PostItem`."""
