package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/emulator"
	"github.com/tollgate-llm/tollgate/local/proc"
	"github.com/tollgate-llm/tollgate/local/report/cost"
)

// plan is what to measure.
type plan struct {
	functions, zips, dynamo string
	requests, starts        int
}

// figures are what one scene came to.
type figures struct {
	scene
	memoryMB int
	zip      int64         // bytes; 0: not known
	start    time.Duration // from exec until it asks for its first event: the shortest, for neighbours only add to it
	init     time.Duration // of a processor, in that time
	first    time.Duration // of a processor, for the first request
	warm     time.Duration // of a processor, for each of the others
	table    cost.Units    // for each of the others, which come at once after one another
	paused   cost.Units    // for a request that comes so late that what is remembered of the table has to be read again
	swept    float64       // read units of the scheduled function, for what one request leaves in the table
	logged   float64       // bytes, for each of the others
	resident int64         // bytes, after all
}

// measure runs every scene, each in processes of its own.
func measure(ctx context.Context, p plan) ([]figures, error) {
	dir, err := os.MkdirTemp("", "tollgate-report-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	if p.functions, err = filepath.Abs(p.functions); err != nil { // they run in folders of their own
		return nil, fmt.Errorf("find the functions: %w", err)
	}
	d, stop, err := startDynamo(ctx, p.dynamo)
	if err != nil {
		return nil, err
	}
	defer stop()
	own, err := certificate()
	if err != nil {
		return nil, err
	}
	upstream, stopUpstream, err := serve(ctx, vendor(), own)
	if err != nil {
		return nil, err
	}
	defer stopUpstream()
	sent := &letters{}
	aws, stopAWS, err := serve(ctx, &account{d, sent, strings.ReplaceAll(configuration, "$VENDOR", upstream)}, own)
	if err != nil {
		return nil, err
	}
	defer stopAWS()
	folder, file, err := trust(dir, own)
	if err != nil {
		return nil, err
	}
	l := &lab{plan: p, table: d, letters: sent, env: []string{
		"CONFIG_FILE_PATH=", "LITELLM_CONFIG_BUCKET_NAME=report", "LITELLM_CONFIG_BUCKET_OBJECT_KEY=config/config.yaml", // as the stack has them
		"PRIMARY_SECRET_NAME=" + secretName, "LITELLM_MASTER_KEY=secretsmanager/" + secretName + "#LITELLM_MASTER_KEY", "TABLE_NAME=" + tableName,
		"AWS_ENDPOINT_URL=" + aws, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret",
		"SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + folder, "QUEUE_URL_BATCH=" + aws + "/1/batch",
	}}
	if err := l.prepare(ctx); err != nil {
		return nil, err
	}
	var all []figures
	for _, s := range scenes() {
		f, err := l.measure(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.function, s.name, err)
		}
		all = append(all, f)
	}
	return all, l.sweep(ctx, all)
}

// sweeps is how often the scheduled function reads a row of the spend log: each
// minute for an hour.
const sweeps = 60

// sweep is what the scheduled function reads for each row that the others wrote,
// as long as it does: it is a part of their cost.
func (l *lab) sweep(ctx context.Context, all []figures) error {
	rows := 0
	for _, f := range all {
		if f.writes {
			rows += l.starts + l.requests // one of them after a pause
		}
	}
	again, err := l.run(ctx, all[0].scene, 1+1)
	if err != nil {
		return fmt.Errorf("%s again: %w", all[0].name, err)
	}
	for i := range all {
		if all[i].writes {
			all[i].swept = sweeps * max(0, again.table.Read-all[0].table.Read) / float64(rows)
		}
	}
	return nil
}

// lab is what all scenes share.
type lab struct {
	plan
	table           *dynamo
	letters         *letters
	env             []string
	plain, budgeted string // keys
}

// ready is a process that waits for an event.
type ready struct {
	pid   int
	start time.Duration // from exec; 0: it had events before
	cpu   time.Duration // of a processor, so far
	err   error         // why cpu is not known
}

// gateway has no process yet. It tells of each that waits for an event, and
// counts what they write. A nil channel is told nothing.
func (l *lab) gateway(waiting chan<- ready, logged *atomic.Int64) (*client, error) {
	o := emulator.Options{Routes: routes.All(), Functions: routes.Functions(), Bootstraps: map[string]string{}, Env: l.env, Log: counter{logged}}
	for _, f := range o.Functions {
		o.Bootstraps[f.Name] = filepath.Join(l.functions, f.Name, "bootstrap")
	}
	if waiting != nil {
		o.Ready = func(_ string, pid int, start time.Duration) {
			cpu, err := proc.CPU(pid)
			waiting <- ready{pid, start, cpu, err}
		}
	}
	g, err := emulator.New(o)
	if err != nil {
		return nil, fmt.Errorf("%w (make lambda compiles the functions)", err)
	}
	return &client{gateway: g, letters: l.letters, plain: l.plain, budgeted: l.budgeted}, nil
}

type counter struct{ n *atomic.Int64 }

func (c counter) Write(b []byte) (int, error) {
	c.n.Add(int64(len(b)))
	return len(b), nil
}

// prepare has functions make two keys, and batches of as many lines as are run.
func (l *lab) prepare(ctx context.Context) error {
	var logged atomic.Int64
	c, err := l.gateway(nil, &logged)
	if err != nil {
		return err
	}
	defer c.gateway.Close()
	for body, key := range map[string]*string{`{}`: &l.plain, `{"max_budget":1000}`: &l.budgeted} {
		var said bytes.Buffer
		var made struct{ Key string }
		if err := c.send(ctx, http.MethodPost, "/key/generate", master, body, &said); err != nil {
			return fmt.Errorf("make a key: %w", err)
		}
		if err := json.Unmarshal(said.Bytes(), &made); err != nil || made.Key == "" {
			return fmt.Errorf("make a key: got %s", &said)
		}
		*key = made.Key
	}
	c.budgeted = l.budgeted
	return fill(ctx, c, l.starts+l.requests) // one of them after a pause
}

// measure starts a function as often as planned, with one request each; the
// last process gets the others.
func (l *lab) measure(ctx context.Context, s scene) (figures, error) {
	f := figures{scene: s}
	for _, function := range routes.Functions() {
		if function.Name == s.function {
			f.memoryMB = function.MemoryMB
		}
	}
	if l.zips != "" {
		info, err := os.Stat(filepath.Join(l.zips, s.function, "function.zip"))
		if err != nil {
			return f, fmt.Errorf("%w (make build makes the zips)", err)
		}
		f.zip = info.Size()
	}
	var starts, inits, firsts []time.Duration
	for i := range l.starts {
		requests := 1
		if i == l.starts-1 {
			requests = l.requests
		}
		run, err := l.run(ctx, s, requests)
		if err != nil {
			return f, err
		}
		starts, inits, firsts = append(starts, run.start), append(inits, run.init), append(firsts, run.first)
		f.warm, f.table, f.paused, f.logged, f.resident = run.warm, run.table, run.paused, run.logged, run.resident
	}
	f.start, f.init, f.first = slices.Min(starts), median(inits), median(firsts)
	return f, nil
}

// run starts a function and asks it.
func (l *lab) run(ctx context.Context, s scene, requests int) (figures, error) {
	var f figures
	var logged atomic.Int64
	waiting := make(chan ready, 2)
	c, err := l.gateway(waiting, &logged)
	if err != nil {
		return f, err
	}
	defer c.gateway.Close()
	if err := s.ask(ctx, c); err != nil {
		return f, err
	}
	began, first := <-waiting, <-waiting
	l.table.take()
	before, last := logged.Load(), first
	for range requests - 1 {
		if err := s.ask(ctx, c); err != nil {
			return f, err
		}
		last = <-waiting // else the next request would start another process
		if last.pid != began.pid {
			return f, errors.New("its process ended, and another was started")
		}
	}
	f.start, f.init, f.first = began.start, began.cpu, first.cpu-began.cpu
	if n := float64(requests - 1); n > 0 {
		f.warm = (last.cpu - first.cpu) / time.Duration(requests-1)
		t := l.table.take()
		f.table = cost.Units{Calls: t.Calls / n, Read: t.Read / n, Write: t.Write / n, Refused: t.Refused / n}
		f.logged = float64(logged.Load()-before) / n
	}
	if f.resident, err = proc.Resident(began.pid); err == nil && requests > 1 {
		f.paused, err = l.afterPause(ctx, s, c, waiting)
	}
	return f, errors.Join(began.err, first.err, last.err, err)
}

// pause is longer than a gateway goes by what it knows.
const pause = 5100 * time.Millisecond

// afterPause is what a request takes of the table when nothing came for a while.
func (l *lab) afterPause(ctx context.Context, s scene, c *client, waiting <-chan ready) (cost.Units, error) {
	l.table.take()
	select {
	case <-ctx.Done():
		return cost.Units{}, ctx.Err()
	case <-time.After(pause):
	}
	if err := s.ask(ctx, c); err != nil {
		return cost.Units{}, err
	}
	<-waiting
	return l.table.take(), nil
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
