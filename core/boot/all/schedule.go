package all

import (
	"context"
	"net/http"
	"os"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/providers"
)

// Schedule is what the function does that runs every minute, configured as the
// others are. Without a table there is nothing that it could do: what each
// environment remembers, it alone knows.
func Schedule() (func(context.Context) error, error) {
	if os.Getenv("TABLE_NAME") == "" {
		return func(context.Context) error { return nil }, nil
	}
	app, err := deployed(nil, providers.Named) // it charges for calls, and makes none
	if err != nil {
		return nil, err
	}
	return app.Tick, nil
}

// Handler is what one Lambda function answers with, configured by its
// environment: CONFIG_FILE_PATH (a file in the package), TABLE_NAME (the DynamoDB
// table that all functions share; without it each environment remembers for
// itself) and the variables that configuration names. Only the function that
// has /docs needs docs.
func Handler(f boot.Family, docs http.Handler) (http.Handler, error) {
	return handler(f, docs, providers.All)
}

// Desk is Handler for a family that asks no provider: its function knows all of
// them by name, and is linked with none.
func Desk(f boot.Family, docs http.Handler) (http.Handler, error) {
	return handler(f, docs, providers.Named)
}

func handler(f boot.Family, docs http.Handler, vendors vendors) (http.Handler, error) {
	app, err := deployed(docs, vendors)
	if err != nil {
		return nil, err
	}
	return app.Handler(f)
}
