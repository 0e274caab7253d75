"""The pictures of the documents: stories of the demonstration, played in a browser."""
