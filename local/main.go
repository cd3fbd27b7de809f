// Command tollgate runs the gateway on one machine: the handlers of the Lambda
// functions behind net/http, or with --mode=lambda the compiled functions
// themselves. Its flags are those of LiteLLM's proxy, so that a command line
// that starts the one starts the other.
//
// What a command was asked for goes to standard output; notes, logs and the
// start banner go to standard error. It exits with 0 when all is well, 1 when
// something failed and 2 when the command line cannot be understood.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"golang.org/x/term"
)

// program is what the commands see of the process they run in.
type program struct {
	in       io.Reader // a person's answers; nil: nobody is there to ask
	out, err io.Writer
	terminal bool             // err is shown to a person
	environ  []string         // NAME=value
	signals  <-chan os.Signal // asks to stop; a second time, at once
}

// garbage is how much the heap may grow between collections, in percent. A
// gateway keeps next to nothing between requests: at Go's 100 the collector
// would run every few dozen of them, for a heap of a few megabytes.
const garbage = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	p := &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), signals: signals,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}

// run executes one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(p.err, "Error:", err)
	if errors.As(err, new(usageError)) {
		fmt.Fprintln(p.err, "See tollgate --help.")
		return 2
	}
	return 1
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
