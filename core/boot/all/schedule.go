package all

import (
	"context"
	"net/http"
	"os"
)

// Schedule is what the function does that runs every minute, configured as the
// others are. Without a table there is nothing that it could do: what each
// environment remembers, it alone knows.
func Schedule() (func(context.Context) error, error) {
	if os.Getenv("TABLE_NAME") == "" {
		return func(context.Context) error { return nil }, nil
	}
	app, err := deployed(nil)
	if err != nil {
		return nil, err
	}
	return app.Tick, nil
}

// Handler is the handler of one Lambda function, configured by its
// environment: CONFIG_FILE_PATH (a file in the package), TABLE_NAME (the DynamoDB
// table that all functions share; without it each environment remembers for
// itself) and the variables that configuration names. Only the function that
// has /docs needs docs.
func Handler(function string, docs http.Handler) (http.Handler, error) {
	app, err := deployed(docs)
	if err != nil {
		return nil, err
	}
	return app.Handler(function)
}
