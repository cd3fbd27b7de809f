package emulator

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// function is a Lambda function: the environments that run its bootstrap, as
// many as there were invocations at once.
type function struct {
	routes.Function
	bootstrap   string
	env         []string
	initTimeout time.Duration
	ready       func(function string, pid int, start time.Duration)
	log         io.Writer

	wg     sync.WaitGroup // of serve
	mu     sync.Mutex
	idle   []*environment
	all    map[*environment]bool
	closed bool
}

// invoke starts an invocation and does not wait for it.
func (f *function) invoke(id string, event []byte) *invocation {
	i := &invocation{id: id, event: event, answer: make(chan *answer, 1), abandoned: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		i.fail(errClosed)
		return i
	}
	f.wg.Go(func() { f.serve(i) })
	return i
}

// serve runs an invocation from the search for an environment until the process
// asks for the next event or is gone.
func (f *function) serve(i *invocation) {
	e, err := f.acquire()
	if err != nil {
		i.fail(err)
		return
	}
	if e.run(i, time.Duration(f.TimeoutSeconds)*time.Second) {
		f.mu.Lock()
		f.idle = append(f.idle, e)
		f.mu.Unlock()
		f.tell(e, 0)
		return
	}
	f.remove(e)
}

func (f *function) tell(e *environment, start time.Duration) {
	if f.ready != nil {
		f.ready(f.Name, e.cmd.Process.Pid, start)
	}
}

// acquire takes an environment whose process still lives, or starts one.
func (f *function) acquire() (*environment, error) {
	for {
		f.mu.Lock()
		if f.closed {
			f.mu.Unlock()
			return nil, errClosed
		}
		if n := len(f.idle); n > 0 {
			e := f.idle[n-1]
			f.idle = f.idle[:n-1]
			f.mu.Unlock()
			if e.alive() {
				return e, nil
			}
			f.remove(e)
			continue
		}
		e, err := start(f)
		if err == nil {
			f.all[e] = true
		}
		f.mu.Unlock()
		if err != nil {
			return nil, fmt.Errorf("start function %s: %w", f.Name, err)
		}
		if err := e.init(f.initTimeout); err != nil {
			f.remove(e)
			return nil, err
		}
		f.tell(e, time.Since(e.began))
		return e, nil
	}
}

func (f *function) remove(e *environment) {
	e.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.all, e)
}

// close stops all environments and waits for the invocations they served.
func (f *function) close() {
	f.mu.Lock()
	f.closed = true
	var stopping sync.WaitGroup
	for e := range f.all {
		stopping.Go(e.stop)
	}
	f.mu.Unlock()
	stopping.Wait()
	f.wg.Wait()
}
