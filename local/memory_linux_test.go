package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	mb         = 1 << 20
	uploadSize = 20 * mb
	speechSize = 50 * mb
	firstSize  = 64 << 10 // of the speech, sent by itself
	// growth is how much more memory a transfer may take at its peak: what
	// buffers and garbage need, and less than what is transferred.
	growth = 16 * mb
)

// child is a gateway in a process of its own, compiled as it is shipped.
type child struct {
	*gateway
	process *os.Process
	temp    string // its folder of temporary files
}

// deployments are groups before one upstream: good, and two whose first
// deployment fails.
const deployments = `
model_list:
  - {model_name: good, litellm_params: {model: openai/m, api_base: $UP/good/v1, api_key: k}}
  - {model_name: late, litellm_params: {model: openai/m, api_base: $UP/late/v1, api_key: k, weight: 1}}
  - {model_name: late, litellm_params: {model: openai/m, api_base: $UP/good/v1, api_key: k, weight: 0}}
  - {model_name: early, litellm_params: {model: openai/m, api_base: $UP/early/v1, api_key: k}}
router_settings: {num_retries: 1, fallbacks: [{early: [good]}]}
`

// spawn compiles and starts a gateway, and ends it with the test.
func spawn(t *testing.T, upstream string) *child {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "tollgate")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c := &child{gateway: &gateway{}, temp: t.TempDir()}
	cmd := exec.Command(bin, "--port=0", "--log-format=json", "--config", file(t, "config.yaml", strings.ReplaceAll(deployments, "$UP", upstream)))
	cmd.Env = forgetting([]string{"TMPDIR=" + c.temp})
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.process = cmd.Process
	lines := bufio.NewScanner(said)
	c.await(t, lines)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() {
		}
	}()
	t.Cleanup(func() {
		if err := c.process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("the gateway ended with %v", err)
		}
		if left, err := os.ReadDir(c.temp); err != nil || len(left) > 0 {
			t.Errorf("temporary files: got %v, %v, want none left", left, err)
		}
	})
	return c
}

// peak is the most memory that the process has held since forget, in bytes.
// Source: proc_pid_status(5), VmHWM.
func (c *child) peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// forget makes what is held now the peak. Source: proc_pid_clear_refs(5), 5.
func (c *child) forget(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", c.process.Pid), []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
}

// flat holds that a transfer does not take memory for what is transferred.
func (c *child) flat(t *testing.T, transfer func()) {
	t.Helper()
	c.forget(t)
	before := c.peak(t)
	transfer()
	grown := c.peak(t) - before
	t.Logf("at its peak %.1f MB more than the %.1f MB before", float64(grown)/mb, float64(before)/mb)
	if grown > growth {
		t.Errorf("got %d bytes more at the peak, want %d at most", grown, growth)
	}
}
