package all

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/providers"
)

// Handler is what one Lambda function answers with, configured by its
// environment: CONFIG_FILE_PATH (a file in the package) or
// LITELLM_CONFIG_BUCKET_NAME and LITELLM_CONFIG_BUCKET_OBJECT_KEY (an object),
// TABLE_NAME (the DynamoDB table that all functions share; without it each
// environment remembers for itself), PRIMARY_SECRET_NAME (a secret with
// variables) and the variables that configuration names. Only the function that
// has /docs needs docs.
func Handler(f boot.Family, docs http.Handler) (http.Handler, error) {
	return deployed(f, docs, providers.All)
}

// Desk is Handler for a family that asks no provider: its function knows all of
// them by name, and is linked with none.
func Desk(f boot.Family, docs http.Handler) (http.Handler, error) {
	return deployed(f, docs, providers.Named)
}

// Schedule is what the function does that runs every minute, configured as the
// others are. Without a table there is nothing that it could do: what each
// environment remembers, it alone knows.
func Schedule() (func(context.Context) error, error) {
	if os.Getenv("TABLE_NAME") == "" {
		return func(context.Context) error { return nil }, nil
	}
	live, err := deployed(boot.Work(), nil, providers.Named) // it charges for calls, and makes none
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return live.App(ctx).Tick(ctx) }, nil
}

// Batch is what the function does with messages of the queue of batches.
func Batch() (queue.Work, error) {
	live, err := deployed(boot.Work(), nil, providers.All)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, messages []queue.Message) ([]string, error) {
		return live.App(ctx).Work(ctx, messages)
	}, nil
}

// noBatches is why a function cannot leave lines of batches to others; "": it
// can.
func noBatches(kept Store, url string) string {
	switch {
	case kept == nil:
		return "TABLE_NAME names no table, and each environment remembers for itself"
	case url == "":
		return "QUEUE_URL_BATCH names none"
	}
	return ""
}

// masterKeySecret says where a deployed stack keeps the master key.
const masterKeySecret = "LITELLM_MASTER_KEY is empty; template.yaml fills it from the stack's resource named Secret in Secrets Manager"

// deployed is the gateway of a Lambda function, as its environment says.
func deployed(f boot.Family, docs http.Handler, vendors vendors) (*boot.Live, error) {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	kept, err := Table(context.Background(), os.Getenv("TABLE_NAME"))
	if err != nil {
		return nil, err
	}
	setup, problems, err := Load(Options{
		ConfigPath: os.Getenv("CONFIG_FILE_PATH"), Getenv: os.LookupEnv,
		Log: log, Store: kept, Docs: docs, MustGuard: true, GuardHint: masterKeySecret,
		QueueURL: os.Getenv("QUEUE_URL_BATCH"), NoBatches: noBatches(kept, os.Getenv("QUEUE_URL_BATCH")),
	})
	if err != nil {
		return nil, explained(err, problems)
	}
	app, err := setup.open(vendors, nil)
	if err != nil {
		return nil, err
	}
	setup.warn(problems)
	for _, w := range app.Warnings() {
		log.Warn(w)
	}
	return setup.Live(app, f)
}

// explained adds what is wrong with a configuration to the error that says
// that something is.
func explained(err error, problems []config.Problem) error {
	if !errors.Is(err, config.ErrInvalid) {
		return err
	}
	var b strings.Builder
	for _, p := range problems {
		if p.Severity == config.Error {
			b.WriteString("\n" + p.String())
		}
	}
	return fmt.Errorf("%w:%s", err, b.String())
}
