"""The demonstration marketplace "Pasar Bebas": invented adverts behind a small web server on loopback."""
