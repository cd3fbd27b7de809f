package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// testFlags say which gateway to call, and how.
type testFlags struct {
	addressFlags
	envFile string
	url     string
	key     string
	model   string
	stream  bool
}

func (p *program) testCommand() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use: "test", Short: "Send a chat completion to the gateway that is running", Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.test(cmd, &f) },
	}
	s := cmd.Flags()
	s.SortFlags = false
	f.addressFlags.register(s)
	s.Lookup("host").Usage = "`address` of the gateway; HOST if not given, else 127.0.0.1"
	s.Lookup("port").Usage = "its port; PORT if not given"
	s.StringVar(&f.url, "url", "", "its `URL`, instead of --host and --port")
	s.StringVar(&f.key, "key", "", "`key` to send; LITELLM_MASTER_KEY if not given")
	s.StringVarP(&f.model, "model", "m", "", "the `model` to ask; the gateway's first if not given")
	s.BoolVar(&f.stream, "stream", false, "print the answer as it comes")
	s.StringVar(&f.envFile, "env-file", "", "`file` of variables to load; without it .env, if there is one")
	return cmd
}

// test calls a gateway and prints the answer and the time it took.
func (p *program) test(cmd *cobra.Command, f *testFlags) error {
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(strings.TrimRight(f.url, "/"), "/v1")
	if base == "" {
		host, port, err := f.hostAndPort(cmd.Flags(), env, false)
		if err != nil {
			return err
		}
		if host == "0.0.0.0" || host == "::" { // where it listens, not where it is
			host = "127.0.0.1"
		}
		base = "http://" + address(host, port)
	}
	if f.key == "" {
		f.key, _ = env.lookup("LITELLM_MASTER_KEY")
	}
	ctx, stop := p.interruptible(cmd.Context())
	defer stop()
	body := question(f.model, "Say hello in one sentence.", f.stream)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return usagef("--url: %v", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if f.key != "" {
		req.Header.Set("Authorization", "Bearer "+f.key)
	}
	begun := time.Now()
	// A client of its own: a kept connection would hold up the gateway's end.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}}
	res, err := client.Do(req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: start the gateway there, or say where it is with --port or --url", base)
	case err != nil:
		return err // which names the URL
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refused(res)
	}
	answer := p.whole
	if f.stream {
		answer = p.streamed
	}
	if err := answer(res.Body, begun); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "\n%s answered in %v\n", base, time.Since(begun).Round(time.Millisecond))
	return err
}

// refused tells what a gateway says is wrong.
func refused(res *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("read the error of HTTP status %d: %w", res.StatusCode, err)
	}
	var e problem
	if json.Unmarshal(text, &e) != nil || e.Error.Message == "" {
		return fmt.Errorf("HTTP status %d: %s", res.StatusCode, bytes.TrimSpace(text))
	}
	if res.StatusCode == http.StatusUnauthorized {
		e.Error.Message += " Give the gateway's key by LITELLM_MASTER_KEY or --key."
	}
	return fmt.Errorf("HTTP status %d: %s", res.StatusCode, e.Error.Message)
}

// interruptible is a context that ends when the program is asked to stop.
func (p *program) interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-p.signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); <-done }
}
