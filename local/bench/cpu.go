package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// cpuTime is the user and system time of a process so far, in nanoseconds: the
// sum of what the scheduler gave each of its threads. /proc/PID/stat has the
// same in hundredths of a second, too coarse for a short round. A thread's time
// would be lost with its end, but Go keeps its threads.
func cpuTime(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("no scheduler statistics of process %d: they need Linux", pid)
	}
	var sum time.Duration
	for _, file := range files {
		line, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the thread ended between the list and here
		}
		if err != nil {
			return 0, fmt.Errorf("read CPU time: %w", err)
		}
		ran, err := onCPU(string(line))
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", file, err)
		}
		sum += ran
	}
	return sum, nil
}

// onCPU reads the first of a schedstat line's three numbers: nanoseconds on a
// processor, nanoseconds waiting for one, turns.
func onCPU(line string) (time.Duration, error) {
	var ran, waited, turns uint64
	if _, err := fmt.Sscan(line, &ran, &waited, &turns); err != nil {
		return 0, fmt.Errorf("%s is not a schedstat line", strconv.Quote(line))
	}
	return time.Duration(ran), nil
}
