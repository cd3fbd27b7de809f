// Command suites runs the test suites listed in a table and prints one row
// for each: how many tests ran, failed and were skipped, and the seconds. It
// counts what each test runner itself reported (go test -json, JUnit XML),
// never what its text output seems to say, and a runner that crashed or ran
// nothing has failed.
//
// It exits 1 when a test failed. With REQUIRE_ALL=1 in the environment it also
// exits 1 when anything was skipped, and names the tool that was missing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	table := flag.String("table", ".ci/suites", "file that lists the suites")
	only := flag.String("only", "", "comma-separated names of suites to run (default: all)")
	dir := flag.String("reports", ".tools/reports", "folder for the runners' own reports")
	limit := flag.Duration("limit", 15*time.Minute, "time that one line of the table may take")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	steps, err := readTable(*table)
	if err == nil {
		steps, err = pick(steps, *only)
	}
	if err == nil {
		*dir, err = filepath.Abs(*dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "suites:", err)
		os.Exit(2)
	}
	runner := runner{dir: *dir, limit: *limit, has: probe}
	if !runAll(ctx, os.Stdout, steps, runner.run, os.Getenv("REQUIRE_ALL") == "1") {
		os.Exit(1)
	}
}

// pick keeps the steps of the suites named in only, a comma-separated list.
// An empty list keeps all; a name that no suite has is an error.
func pick(steps []step, only string) ([]step, error) {
	if only == "" {
		return steps, nil
	}
	var picked []step
	for name := range strings.SplitSeq(only, ",") {
		known := slices.ContainsFunc(steps, func(s step) bool { return s.suite == name })
		if !known {
			return nil, fmt.Errorf("no suite is called %q", name)
		}
	}
	for _, s := range steps {
		if slices.Contains(strings.Split(only, ","), s.suite) {
			picked = append(picked, s)
		}
	}
	return picked, nil
}
