"""What people see: routes, views, templates and browser modules."""
