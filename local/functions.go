package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/emulator"
)

// functions is the compiled Lambda functions under the emulator, with the
// variables of this process, and how to end them.
func (p *program) functions(f *serveFlags, env environment) (http.Handler, func() error, error) {
	switch {
	case f.model != "":
		return nil, nil, usagef("--model does not exist in --mode=lambda: the functions read --config, or the environment")
	case f.allowUnenforced:
		return nil, nil, usagef("--allow-unenforced does not exist in --mode=lambda: the functions have no flags")
	}
	config := f.config
	if config != "" { // a function runs in a folder of its own
		var err error
		if config, err = filepath.Abs(config); err != nil {
			return nil, nil, fmt.Errorf("find %s: %w", f.config, err)
		}
	}
	bootstraps := map[string]string{}
	for _, fn := range routes.Functions() {
		path, err := filepath.Abs(filepath.Join(f.bootstraps, fn.Name, "bootstrap"))
		if err != nil {
			return nil, nil, fmt.Errorf("find the functions: %w", err)
		}
		if _, err := os.Stat(path); err != nil {
			return nil, nil, fmt.Errorf("function %s is not compiled: %w\n%s", fn.Name, err, compile(f.bootstraps))
		}
		bootstraps[fn.Name] = path
	}
	variables := map[string]string{"CONFIG_FILE_PATH": config}
	table, _ := env.lookup("TABLE_NAME")
	queues := map[string]all.Queue{}
	for _, q := range routes.Queues() {
		url, _ := env.lookup(q.Variable())
		if url == "" && table != "" {
			url = all.InTable
		}
		variables[q.Variable()] = url
		if table == "" { // lines are kept in the table, so there are none
			continue
		}
		kept, err := all.Table(context.Background(), table)
		if err != nil {
			return nil, nil, err
		}
		if queues[q.Name], err = all.OpenQueue(url, kept); err != nil {
			return nil, nil, err
		}
	}
	g, err := emulator.New(emulator.Options{
		Routes: routes.All(), Functions: routes.Functions(), Bootstraps: bootstraps,
		Env: env.list(variables), Log: p.err,
	})
	if err != nil {
		return nil, nil, err
	}
	if table == "" { // nothing is shared, so there is nothing to tend
		return g, g.Close, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	var tending sync.WaitGroup
	for _, q := range routes.Queues() {
		tending.Go(func() { g.Poll(ctx, queues[q.Name], q) })
	}
	for _, s := range routes.Schedules() {
		tending.Go(func() { g.Every(ctx, time.Duration(s.Minutes)*time.Minute, s.Function) })
	}
	return g, func() error {
		cancel()
		err := g.Close()
		tending.Wait()
		return err
	}, nil
}

// compile is the commands that make what --mode=lambda runs, for this machine.
func compile(dir string) string {
	lines := []string{"Compile the functions for this machine with make lambda, or:"}
	for _, fn := range routes.Functions() {
		lines = append(lines, fmt.Sprintf("  CGO_ENABLED=0 go build -tags lambda.norpc -o %s ./%s", filepath.Join(dir, fn.Name, "bootstrap"), fn.Dir))
	}
	return strings.Join(lines, "\n")
}
