"""The database under the repositories: connections, the writer, named queries, encryption at rest, dialog state."""
