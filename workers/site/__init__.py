"""The pages: what people see of the service, and decide on."""
