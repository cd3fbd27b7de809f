// Command mutants plants the bugs that its arguments describe, one at a time,
// in a copy of the module, and checks that the test each one names notices. A
// promise whose bug survives is a promise that no test keeps.
//
// A mutant is killed when its patch applies, the code still compiles, and the
// named test, which passes without the patch, runs and fails an assertion.
// Anything else (a patch that went stale, a build error, a panic, a timeout)
// says nothing about the test, and the command exits 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	limit := flag.Duration("limit", 2*time.Minute, "time that one run of a test may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, flag.Args(), *limit)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// run tries every patch in one copy of the module in the current folder, and
// returns an error unless all were killed.
func run(ctx context.Context, patches []string, limit time.Duration) error {
	if len(patches) == 0 {
		return fmt.Errorf("no patches given")
	}
	lab, err := newLab(ctx, ".", limit)
	if err != nil {
		return err
	}
	defer lab.close()
	killed := 0
	for _, path := range patches {
		start := time.Now()
		verdict, detail := "killed", ""
		m, err := readMutant(path)
		if err == nil {
			err = lab.try(ctx, m)
		}
		if err != nil {
			verdict, detail = "NOT KILLED", "\n    "+err.Error()
		} else {
			killed++
		}
		fmt.Printf("%-10s %6.1fs  %s  %s%s\n", verdict, time.Since(start).Seconds(), filepath.Base(path), m.test, detail)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Printf("%d mutants, %d killed, %d not\n", len(patches), killed, len(patches)-killed)
	if killed < len(patches) {
		return fmt.Errorf("%d of %d not killed", len(patches)-killed, len(patches))
	}
	return nil
}
