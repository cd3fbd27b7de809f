package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/infra/policy"
	"github.com/tollgate-llm/tollgate/local/emulator"
)

type options struct {
	host, port, config, bootstraps, dynamodb, aws, record, names string
}

// serve makes the stack, runs it until the context ends, and writes down what
// its functions asked of AWS.
func serve(ctx context.Context, o options) error {
	t, err := synthesized()
	if err != nil {
		return err
	}
	a := &account{Account: &cloud.Account{Now: time.Now}, run: strings.ToLower(rand.Text()[:12]), names: names{}}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": o.aws, "AWS_ENDPOINT_URL_DYNAMODB": o.dynamodb, "AWS_REGION": region, "AWS_ACCESS_KEY_ID": "whole", "AWS_SECRET_ACCESS_KEY": "whole",
	} {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	configuration, secrets, err := configured(o.config)
	if err != nil {
		return err
	}
	if err := a.create(ctx, t, secrets); err != nil {
		return fmt.Errorf("make the stack: %w", err)
	}
	functions, variables, err := t.functions(a.names)
	if err != nil {
		return err
	}
	if configuration != nil {
		if err := a.upload(ctx, variables["chat"], configuration); err != nil {
			return err
		}
	}
	record, err := os.OpenFile(cmp.Or(o.record, os.DevNull), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open the record: %w", err)
	}
	defer record.Close()
	address, stop, err := o.recording(a.names, record)
	if err != nil {
		return err
	}
	defer stop()
	table, err := t.routes(functions)
	if err != nil {
		return err
	}
	bootstraps := map[string]string{}
	for _, f := range functions {
		bootstraps[f.Name] = filepath.Join(o.bootstraps, f.Name, "bootstrap")
		variables[f.Name] = append(variables[f.Name], "AWS_ENDPOINT_URL="+address, "AWS_REGION="+region, "AWS_ACCESS_KEY_ID="+keyOf(f.Name), "AWS_SECRET_ACCESS_KEY=whole")
	}
	g, err := emulator.New(emulator.Options{Routes: table, Functions: functions, Bootstraps: bootstraps, Variables: variables, Stage: "dev", Log: os.Stderr})
	if err != nil {
		return fmt.Errorf("run the functions: %w", err)
	}
	if o.names != "" {
		if err := a.names.write(o.names); err != nil {
			return err
		}
	}
	return o.answer(ctx, t, a.names, address, g)
}

// answer serves the stack's API, and has its schedules and queues run functions.
func (o *options) answer(ctx context.Context, t *template, n names, address string, g *emulator.Gateway) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(o.host, o.port))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(listener) }) // ends by Close
	err = errors.Join(of(t, "AWS::Lambda::EventSourceMapping", func(_ string, p mapping) error {
		from, q, err := p.read(ctx, n, address)
		if err == nil {
			running.Go(func() { g.Poll(ctx, from, q) })
		}
		return err
	}), of(t, "AWS::Events::Rule", func(_ string, p rule) error {
		every, function, err := p.read()
		if err == nil {
			running.Go(func() { g.Every(ctx, every, function) })
		}
		return err
	}))
	if err == nil {
		fmt.Printf("whole: http://%s\n", listener.Addr())
		<-ctx.Done()
	}
	err = errors.Join(err, server.Close(), g.Close())
	running.Wait()
	return err
}

// upload puts a configuration where functions with these variables look for it.
func (a *account) upload(ctx context.Context, variables []string, configuration []byte) error {
	value := func(name string) string {
		at := slices.IndexFunc(variables, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if at < 0 {
			return ""
		}
		return strings.TrimPrefix(variables[at], name+"=")
	}
	_, err := a.PutObject(ctx, value("LITELLM_CONFIG_BUCKET_NAME"), value("LITELLM_CONFIG_BUCKET_OBJECT_KEY"), configuration)
	return err
}

// variable is one that a configuration names.
var variable = regexp.MustCompile(`os\.environ/(\w+)`)

// configured reads a configuration, and the variables of this process that it
// names: they belong into the stack's secret.
func configured(path string) (text []byte, secrets map[string]string, err error) {
	if path == "" {
		return nil, nil, nil
	}
	if text, err = os.ReadFile(path); err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	secrets = map[string]string{}
	for _, m := range variable.FindAllSubmatch(text, -1) {
		if value, ok := os.LookupEnv(string(m[1])); ok {
			secrets[string(m[1])] = value
		}
	}
	return text, secrets, nil
}

// recording starts what the functions take for AWS, until stop is called.
func (o *options) recording(n names, to io.Writer) (address string, stop func(), err error) {
	c := &recorder{names: n, seen: map[policy.Call]bool{}, to: to}
	for at, text := range map[**url.URL]string{&c.dynamodb: o.dynamodb, &c.others: o.aws} {
		if *at, err = url.Parse(cmp.Or(text, ":")); err != nil {
			return "", nil, fmt.Errorf("the addresses of DynamoDB Local and of the other services: %w", err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: c.handler(), ReadHeaderTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // ends by Close
	return "http://" + listener.Addr().String(), func() {
		_ = server.Close()
		serving.Wait()
	}, nil
}

// write says what the resources are called.
func (n names) write(path string) error {
	b, err := json.Marshal(n)
	if err == nil {
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the names: %w", err)
	}
	return nil
}
