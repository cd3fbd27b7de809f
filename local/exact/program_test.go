package exact

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// program is tollgate itself, compiled, and how it is started.
type program struct {
	binary string
	config string
	env    []string // beside what every start has
}

func build(t *testing.T, b *books) *program {
	t.Helper()
	p := &program{binary: filepath.Join(t.TempDir(), "tollgate"), config: configure(t, b)}
	if out, err := exec.Command("go", "build", "-o", p.binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("build tollgate: %v\n%s", err, out)
	}
	return p
}

// configure writes the configuration of a gateway before an upstream.
func configure(t *testing.T, b *books) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(configuration(b.url)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// running is a program that answers.
type running struct {
	outside
	url   string
	run   *exec.Cmd
	ended chan struct{} // closed when all it said was read
	said  *strings.Builder
}

// start starts the program and waits until it says where it answers. It is
// killed with the test, if it runs then.
func (p *program) start(t *testing.T, flags ...string) *running {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * workers}
	r := &running{outside: outside{&http.Client{Transport: transport}}, ended: make(chan struct{}), said: &strings.Builder{}}
	r.run = exec.Command(p.binary, append([]string{"serve", "--host=127.0.0.1", "--port=0", "--log-format=json", "--config", p.config}, flags...)...)
	r.run.Env = append([]string{"HOME=" + t.TempDir()}, p.env...)
	said, err := r.run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.end(t, syscall.SIGKILL) })
	lines := bufio.NewReader(said)
	for r.url == "" {
		line, err := lines.ReadBytes('\n')
		var banner struct{ Msg, URL string }
		if err != nil {
			close(r.ended)
			t.Fatalf("tollgate ended before it answered: %s", r.said)
		}
		r.said.Write(line)
		if json.Unmarshal(line, &banner) == nil && strings.HasPrefix(banner.Msg, "Proxy running on ") {
			r.url = banner.URL
		}
	}
	go func() {
		defer close(r.ended)
		_, _ = io.Copy(io.Discard, lines) // a line for each request
	}()
	return r
}

// end sends a signal, and waits.
func (r *running) end(t *testing.T, by os.Signal) {
	t.Helper()
	if r.run.ProcessState != nil {
		return
	}
	if err := r.run.Process.Signal(by); err != nil {
		t.Error(err)
	}
	<-r.ended
	err := r.run.Wait()
	r.CloseIdleConnections()
	if by == syscall.SIGTERM && err != nil {
		t.Errorf("tollgate ended by %v", err)
	}
}
