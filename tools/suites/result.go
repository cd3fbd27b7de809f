package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// result is what one step, or the steps of one suite together, came to.
type result struct {
	passed, failed, skipped int
	took                    time.Duration
	problems                []problem
	missing                 []string // why steps did not run at all
}

// problem is one failed test and what it printed.
type problem struct{ test, output string }

func (r *result) fail(test, output string) {
	r.failed++
	r.problems = append(r.problems, problem{test, output})
}

func (r *result) add(o result) {
	r.passed += o.passed
	r.failed += o.failed
	r.skipped += o.skipped
	r.problems = append(r.problems, o.problems...)
	for _, m := range o.missing {
		if !slices.Contains(r.missing, m) {
			r.missing = append(r.missing, m)
		}
	}
}

// atOnce is how many lines of a suite run at a time: many wait for others' replies
// more than they compute. Suites run alone, so that one can measure.
const atOnce = 2

// runSuite runs the steps of one suite, some at a time, and adds them up in their
// order. It took as long as all of them together.
func runSuite(ctx context.Context, steps []step, run func(context.Context, step) result) result {
	start := time.Now()
	results := make([]result, len(steps))
	free := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i, s := range steps {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			results[i] = run(ctx, s)
		})
	}
	running.Wait()
	var suite result
	for _, r := range results {
		suite.add(r)
	}
	suite.took = time.Since(start)
	return suite
}

// runAll runs the suites in order and prints a row as each ends, then what
// failed, then what was missing, then the totals as the last line. It reports
// whether all is well.
func runAll(ctx context.Context, w io.Writer, steps []step, run func(context.Context, step) result, requireAll bool) bool {
	const row = "%-16s %6v %6v %7v %8v\n"
	fmt.Fprintf(w, row, "suite", "run", "failed", "skipped", "seconds")
	var total result
	for len(steps) > 0 {
		name := steps[0].suite
		n := 1
		for n < len(steps) && steps[n].suite == name {
			n++
		}
		suite := runSuite(ctx, steps[:n], run)
		steps = steps[n:]
		if suite.passed+suite.failed+suite.skipped == 0 {
			suite.fail(name, "no test ran")
		}
		seconds := fmt.Sprintf("%.1f", suite.took.Seconds())
		fmt.Fprintf(w, row, name, suite.passed+suite.failed, suite.failed, suite.skipped, seconds)
		for _, m := range suite.missing {
			fmt.Fprintf(w, "  %s skipped: %s\n", name, m)
		}
		total.add(suite)
	}
	for _, p := range total.problems {
		fmt.Fprintf(w, "\n--- FAIL: %s\n%s\n", p.test, p.output)
	}
	if requireAll && total.skipped > 0 {
		fmt.Fprintf(w, "\nREQUIRE_ALL=1 and %d skipped\n", total.skipped)
		for _, m := range total.missing {
			fmt.Fprintf(w, "  %s\n", m)
		}
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", total.passed, total.failed, total.skipped)
	return total.failed == 0 && (total.skipped == 0 || !requireAll)
}
