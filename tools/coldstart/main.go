// Command coldstart measures how long a Lambda function's binary, built for
// this machine, takes from exec until it asks for its first event. What AWS
// adds to a cold start (the sandbox, loading the zip) is not in it.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

func main() {
	times := flag.Int("times", 15, "how often to start the function")
	limit := flag.Duration("limit", 0, "fail when the median is above this (0: never)")
	flag.Parse()
	for _, function := range flag.Args() {
		took, err := coldStart(context.Background(), function, *times)
		if err == nil && *limit > 0 && took > *limit {
			err = fmt.Errorf("%s was ready after %v, want %v at most", function, took, *limit)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "coldstart:", err)
			os.Exit(1)
		}
		fmt.Printf("%s  exec to ready %v (median of %d)\n", function, took.Round(100*time.Microsecond), *times)
	}
}

// coldStart starts a Lambda function's binary the given number of times and
// returns the median time until it asks for its first event
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
func coldStart(ctx context.Context, function string, times int) (time.Duration, error) {
	took := make([]time.Duration, times)
	for i := range took {
		var err error
		if took[i], err = startOnce(ctx, function); err != nil {
			return 0, fmt.Errorf("start %s: %w", function, err)
		}
	}
	slices.Sort(took)
	return took[times/2], nil
}

func startOnce(ctx context.Context, function string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ready := make(chan time.Time, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/invocation/next") {
			return // an init error: the function exits, which says more
		}
		select {
		case ready <- time.Now():
		default: // it asks again after a broken connection
		}
		<-r.Context().Done()
	}))
	defer api.Close()

	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, function)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"),
		"GOMAXPROCS=1", "LITELLM_MASTER_KEY=sk-coldstart")
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case at := <-ready:
		cancel()
		<-ended
		return at.Sub(start), nil
	case err := <-ended:
		return 0, fmt.Errorf("it ended before it was ready: %w\n%s", err, &said)
	}
}
