package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// runner runs one step of the table.
type runner struct {
	dir   string        // where reports are kept
	limit time.Duration // what one step may take
	has   func(ctx context.Context, need string) string
}

// A reader counts the tests in a runner's report. It returns an error when
// the report is missing or cut short; whatever was read until then counts.
type reader func(report []byte, r *result) error

func readers() map[string]reader {
	return map[string]reader{"gotest": readGoTest, "junit": readJUnit, "exit": readNothing}
}

// run runs a step's command and reads the report: standard output for gotest,
// the file named by $REPORT for junit. With the format exit the command is
// itself one test. A command that fails without having reported a failed test
// is a failure too: it crashed.
func (r runner) run(ctx context.Context, s step) result {
	var res result
	for _, need := range s.needs {
		if reason := r.has(ctx, need); reason != "" {
			return result{skipped: 1, missing: []string{reason}}
		}
	}
	report := filepath.Join(r.dir, fmt.Sprintf("%s-%08x.xml", s.suite, crc32.ChecksumIEEE([]byte(s.command)))) // lines of a suite run at a time
	stdout, stderr, err := r.exec(ctx, s, report)

	text := stdout
	if s.format == "junit" {
		text, _ = os.ReadFile(report) // an absent file reads as an empty one: an error below
	}
	readErr := readers()[s.format](text, &res)
	switch {
	case err != nil && res.failed == 0:
		res.fail(s.command, fmt.Sprintf("%v\n%s", err, tail(printed(s, stdout, stderr))))
	case readErr != nil:
		res.fail(s.command, fmt.Sprintf("%v\n%s", readErr, tail(printed(s, stdout, stderr))))
	case s.format == "exit":
		res.passed++
	}
	return res
}

// exec runs the command in a process group of its own, so that what it leaves
// running ends with it. Output without a terminal has no colours.
func (r runner) exec(ctx context.Context, s step, report string) (stdout, stderr []byte, err error) {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("create folder for reports: %w", err)
	}
	if err := os.Remove(report); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("remove old report: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, "bash", "-c", s.command)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), "REPORT="+report, "NO_COLOR=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails when nothing is left, as it should be
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = errors.New("it left processes running")
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("stopped after %v: %w", r.limit, ctx.Err())
	}
	return out.Bytes(), errs.Bytes(), err
}

// printed is what a person would want to read: a gotest step's standard output
// is JSON for us, not for them.
func printed(s step, stdout, stderr []byte) string {
	if s.format == "gotest" {
		return string(stderr)
	}
	return string(stdout) + string(stderr)
}

// tail keeps the last 100 lines: a failure's cause is rarely further up.
func tail(text string) string {
	const most = 100
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > most {
		lines = append([]string{"..."}, lines[len(lines)-most:]...)
	}
	return strings.Join(lines, "\n")
}

// readNothing is the reader of steps whose exit status says everything.
func readNothing([]byte, *result) error { return nil }
