// Package emulator runs the compiled Lambda functions on one machine behind
// what stands in front of them on AWS: real HTTP requests become API Gateway
// or Function URL events, real bootstrap processes take them from a runtime
// API, and their replies come back, streamed as they are written.
//
// It exists because the official emulator buffers streams and hides errors in
// the middle of one, which is where a gateway's bugs are. It enforces what
// Lambda and API Gateway do: one invocation at a time per process, init and
// function timeouts, size limits, and that a client which leaves does not stop
// the function. Memory and CPU are not limited.
package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// Source is what stands in front of the functions.
type Source string

const (
	RESTAPI     Source = "rest"         // API Gateway REST API, regional; streams
	HTTPAPI     Source = "http"         // API Gateway HTTP API, payload format 2.0; never streams
	FunctionURL Source = "function-url" // one URL in front of all functions, with RESPONSE_STREAM
)

// Options says what to run. Routes, Functions and Bootstraps are required.
type Options struct {
	Routes     []routes.Route
	Functions  []routes.Function
	Bootstraps map[string]string // by function: the path of its compiled binary
	// Env is what every process gets beside Lambda's own variables, GOMAXPROCS=1
	// and its function's RESPONSE_MODE, as NAME=value. Nothing is inherited.
	// Processes run in their bootstrap's folder.
	Env []string
	// Variables are, by function, all that its processes get beside Lambda's own
	// variables, as NAME=value. Functions that are not there have Env.
	Variables map[string][]string
	// Source is RESTAPI if empty.
	Source Source
	// Stage is named in events, "prod" if empty. Paths work with /stage in
	// front and without, as they do under a custom domain.
	Stage string
	// Log receives the processes' output and why invocations failed; nil drops it.
	Log io.Writer
	// Ready is told each time that a process asks for an event, before it gets
	// one: first how long that took from its start, after each invocation 0. Nil
	// tells nobody.
	Ready func(function string, pid int, start time.Duration)
	// InitTimeout is how long a process may take to ask for its first event, 10 s if 0.
	InitTimeout time.Duration
	// IntegrationTimeout is how long a buffered route waits for its reply, 29 s if 0.
	IntegrationTimeout time.Duration
}

// Limits of Lambda in bytes:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxRequest  = 6 << 20   // an event
	maxBuffered = 6 << 20   // a buffered reply
	maxStreamed = 200 << 20 // a streamed reply
)

// Gateway is an API in front of functions. It starts a process when a request
// needs one and keeps it for later requests.
type Gateway struct {
	routes      []route
	functions   map[string]*function
	source      Source
	stage       string
	timeout     time.Duration
	maxStreamed int64
	log         io.Writer
}

// New checks that every route has a function and every function a bootstrap.
// It starts no process.
func New(o Options) (*Gateway, error) {
	log := &lockedWriter{w: cmp.Or[io.Writer](o.Log, io.Discard)}
	g := &Gateway{
		functions:   make(map[string]*function, len(o.Functions)),
		source:      cmp.Or(o.Source, RESTAPI),
		stage:       cmp.Or(o.Stage, "prod"),
		timeout:     cmp.Or(o.IntegrationTimeout, 29*time.Second),
		maxStreamed: maxStreamed,
		log:         log,
	}
	if !slices.Contains([]Source{RESTAPI, HTTPAPI, FunctionURL}, g.source) {
		return nil, fmt.Errorf("unknown event source %q", g.source)
	}
	for _, f := range o.Functions {
		bootstrap, err := exec.LookPath(o.Bootstraps[f.Name])
		if err != nil {
			return nil, fmt.Errorf("bootstrap of function %s: %w", f.Name, err)
		}
		g.functions[f.Name] = &function{
			Function:    f,
			bootstrap:   bootstrap,
			env:         o.variables(f),
			initTimeout: cmp.Or(o.InitTimeout, 10*time.Second),
			ready:       o.Ready,
			log:         log,
			all:         map[*environment]bool{},
		}
	}
	for _, r := range o.Routes {
		f, ok := g.functions[r.Function]
		if !ok {
			return nil, fmt.Errorf("route %s %s: no function %q", r.Method, r.Path, r.Function)
		}
		g.routes = append(g.routes, newRoute(r, f))
	}
	slices.SortStableFunc(g.routes, func(a, b route) int { return cmp.Compare(a.rank, b.rank) })
	return g, nil
}

// variables are what a function's processes get beside Lambda's own.
func (o *Options) variables(f routes.Function) []string {
	if own, ok := o.Variables[f.Name]; ok {
		return own
	}
	env := append(slices.Clone(o.Env), "GOMAXPROCS=1")
	if f.Mode != "" {
		env = append(env, "RESPONSE_MODE="+string(f.Mode))
	}
	return env
}

// Close ends every process, by SIGTERM and half a second later by SIGKILL, and
// returns when none is left. Requests that still run are cut off.
func (g *Gateway) Close() error {
	var wg sync.WaitGroup
	for _, f := range g.functions {
		wg.Go(f.close)
	}
	wg.Wait()
	return nil
}

// errClosed answers requests that come after Close.
var errClosed = errors.New("the emulator is closed")

// lockedWriter lets several processes share a log.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
