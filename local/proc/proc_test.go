package proc

import (
	"os"
	"testing"
	"time"
)

func TestScheduledTime(t *testing.T) {
	if got, err := onCPU("1200000 34 5\n"); got != 1200*time.Microsecond || err != nil {
		t.Errorf("got %v, %v, want 1.2ms", got, err)
	}
	if _, err := onCPU("none"); err == nil {
		t.Error("got no error for a line that is none")
	}
}

func TestKilobytes(t *testing.T) {
	const status = "Name:\tx\nVmHWM:\t   12 kB\nVmRSS:\t    7 kB\nVmLck:\tmany\n"
	for name, want := range map[string]int64{"VmHWM:": 12 << 10, "VmRSS:": 7 << 10} {
		if got, err := kilobytes(status, name); got != want || err != nil {
			t.Errorf("%s got %d, %v, want %d", name, got, err, want)
		}
	}
	for _, name := range []string{"VmLck:", "VmPTE:"} {
		if got, err := kilobytes(status, name); err == nil {
			t.Errorf("%s got %d, want an error", name, got)
		}
	}
}

// TestThisProcess: the figures are a process's own, and grow with what it does.
func TestThisProcess(t *testing.T) {
	pid := os.Getpid()
	before, err := CPU(pid)
	if err != nil {
		t.Fatal(err)
	}
	held := make([]byte, 64<<20)
	for until := before + 20*time.Millisecond; ; {
		for i := range held {
			held[i]++
		}
		now, err := CPU(pid)
		if err != nil {
			t.Fatal(err)
		}
		if now >= until {
			break
		}
	}
	now, err := Resident(pid)
	if err != nil || now < int64(len(held)) || held[0] == 0 {
		t.Errorf("got %d bytes, %v, want at least %d", now, err, len(held))
	}
	if _, err := CPU(1 << 30); err == nil {
		t.Error("got the CPU time of no process")
	}
	if _, err := Resident(1 << 30); err == nil {
		t.Error("got the memory of no process")
	}
}
