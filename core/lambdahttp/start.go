package lambdahttp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// Start serves invocations with the handler and never returns. It takes the
// two results of a constructor, so that a function's main is one line. An
// error, or a RESPONSE_MODE other than STREAM (also the default) or BUFFERED,
// fails the initialisation: Lambda is told why and the process ends with 1.
func Start(h http.Handler, err error) {
	mode, modeErr := responseMode(os.Getenv("RESPONSE_MODE"))
	if err == nil {
		err = modeErr
	}
	if err != nil {
		exit(err)
	}
	f := &Function{Handler: h, Mode: mode}
	// Not a lambda.Handler, which would spare the event a pass of encoding/json:
	// its reply is bytes and cannot stream.
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (io.Reader, error) {
		return f.Invoke(ctx, payload)
	})
}

func responseMode(s string) (routes.Mode, error) {
	switch mode := routes.Mode(s); mode {
	case "":
		return routes.Stream, nil
	case routes.Stream, routes.Buffered:
		return mode, nil
	}
	return "", fmt.Errorf("RESPONSE_MODE is %q: want %s or %s", s, routes.Stream, routes.Buffered)
}

// reportInit tells Lambda why the function does not start, which aws-lambda-go
// has no call for. The error then stands in the invocation's result and metrics
// instead of a bare exit code.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror
func reportInit(api string, cause error) error {
	if api == "" {
		return nil
	}
	body, err := json.Marshal(map[string]string{"errorMessage": cause.Error(), "errorType": "Tollgate.InitError"})
	if err != nil {
		return fmt.Errorf("report init error: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+api+"/2018-06-01/runtime/init/error", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("report init error: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Lambda-Runtime-Function-Error-Type", "Tollgate.InitError")
	// No proxy: the runtime API is a link-local address.
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return fmt.Errorf("report init error: %w", err)
	}
	return resp.Body.Close()
}
