"""Who wants to be told of events: subscriptions for clients, their log for the operator."""
