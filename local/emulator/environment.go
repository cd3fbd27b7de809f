package emulator

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// grace is how long a process has between SIGTERM and SIGKILL, as on Lambda.
const grace = 500 * time.Millisecond

// environment is a bootstrap process and the runtime API that it alone talks
// to. At most one invocation is in it at a time.
type environment struct {
	f      *function
	cmd    *exec.Cmd
	began  time.Time
	server *http.Server
	asked  chan struct{}    // the process asked for the next event
	offer  chan *invocation // ... and gets it here
	exited chan struct{}    // closed when the process and its runtime API are gone

	mu        sync.Mutex
	current   *invocation
	initError *functionError // reported by the process
}

// start runs the bootstrap; init waits for it.
func start(f *function) (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open runtime API: %w", err)
	}
	e := &environment{f: f, asked: make(chan struct{}), offer: make(chan *invocation), exited: make(chan struct{})}
	e.server = &http.Server{Handler: e.runtimeAPI(), ReadHeaderTimeout: 10 * time.Second}
	e.cmd = exec.Command(f.bootstrap)
	e.cmd.Dir = filepath.Dir(f.bootstrap)
	e.cmd.Env = append(
		f.env[:len(f.env):len(f.env)],
		"AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(),
		"AWS_LAMBDA_FUNCTION_NAME="+f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_TIMEOUT="+strconv.Itoa(f.TimeoutSeconds),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"LAMBDA_TASK_ROOT="+e.cmd.Dir,
		"_HANDLER=bootstrap",
		"TZ=:UTC",
	)
	e.cmd.Stdout, e.cmd.Stderr = f.log, f.log
	e.cmd.WaitDelay = grace
	e.cmd.SysProcAttr = apart()
	e.began = time.Now()
	if err := e.cmd.Start(); err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("run bootstrap: %w", err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = e.server.Serve(listener) }) // ends by Close
	go func() {
		_ = e.cmd.Wait()
		_ = e.server.Close()
		serving.Wait()
		close(e.exited)
	}()
	return e, nil
}

// init waits until the process asks for its first event.
func (e *environment) init(timeout time.Duration) error {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-e.asked:
		return nil
	case <-timer.C:
		return &functionError{"Sandbox.Timedout", fmt.Sprintf("function %s: no initialization within %v", e.f.Name, timeout)}
	case <-e.exited:
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.initError != nil {
			return e.initError
		}
		return e.exitError()
	}
}

// run gives the process an invocation and waits until it asks for the next. It
// returns false if the process is not to be used again.
func (e *environment) run(i *invocation, timeout time.Duration) bool {
	i.deadline = time.Now().Add(timeout)
	e.setCurrent(i)
	defer e.setCurrent(nil)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	offer := e.offer // nil once taken
	for {
		select {
		case offer <- i:
			offer = nil
			continue
		case <-e.asked:
			i.fail(&functionError{"Runtime.NoResponse", "the bootstrap asked for the next event without a reply to this one"})
			return true
		case <-timer.C:
			e.kill()
			e.fail(i, &functionError{"Sandbox.Timedout", fmt.Sprintf("task timed out after %v", timeout)})
		case <-e.exited:
			e.fail(i, e.exitError())
		}
		return false
	}
}

// fail ends an invocation whose process is gone. If its reply has begun, the
// reply only breaks off, so the log has to say why.
func (e *environment) fail(i *invocation, err error) {
	if !i.fail(err) {
		fmt.Fprintf(e.f.log, "function %s, request %s: %v\n", e.f.Name, i.id, err)
	}
}

func (e *environment) setCurrent(i *invocation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = i
}

func (e *environment) exitError() error {
	return &functionError{"Runtime.ExitError", fmt.Sprintf("the bootstrap of function %s ended: %v", e.f.Name, e.cmd.ProcessState)}
}

func (e *environment) alive() bool {
	select {
	case <-e.exited:
		return false
	default:
		return true
	}
}

// kill ends the process at once and waits for it.
func (e *environment) kill() {
	_ = e.cmd.Process.Kill() // fails if the process has ended
	<-e.exited
}

// stop asks the process to end, then makes it. It may be called twice.
func (e *environment) stop() {
	_ = e.cmd.Process.Signal(syscall.SIGTERM) // fails if the process has ended
	select {
	case <-e.exited:
	case <-time.After(grace):
		e.kill()
	}
}
