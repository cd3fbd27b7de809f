package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is one of the programs under test, and where it listens.
type process struct {
	cmd  *exec.Cmd
	url  string
	bare bool // a baseline, which passes the upstream's own words
}

// cores is where processes may run: the proxies on the first processor, all
// else on the others. Without taskset or a second processor nobody is pinned.
type cores struct{ proxy, rest string }

func pin() cores {
	if _, err := exec.LookPath("taskset"); err != nil || runtime.NumCPU() < 2 {
		return cores{}
	}
	c := cores{proxy: "0", rest: "1-" + strconv.Itoa(runtime.NumCPU()-1)}
	if err := exec.Command("taskset", "-acp", c.rest, strconv.Itoa(os.Getpid())).Run(); err != nil {
		return cores{} // the machine gives us other processors than these
	}
	return c
}

func command(where string, args ...string) *exec.Cmd {
	if where != "" {
		args = append([]string{"taskset", "-c", where}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	return cmd
}

// role starts this program in another role.
func role(where string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	p := &process{cmd: command(where, append([]string{self}, args...)...), bare: args[0] == "baseline"}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start %s: it printed no address: %w", args[0], err)
	}
	p.url = strings.TrimSpace(line)
	return p, nil
}

// config has one deployment and a master key: the shortest line through the
// gateway that checks a key and picks a model.
const config = `{"general_settings": {"master_key": "%[2]s", "disable_spend_logs": %[3]t}, "model_list": [
{"model_name": "bench", "litellm_params": {"model": "openai/bench", "api_base": "%[1]s/v1", "api_key": "sk-bench-upstream"}},
{"model_name": "anthropic", "litellm_params": {"model": "anthropic/claude-sonnet-4-5", "api_base": "%[1]s", "api_key": "sk-bench-upstream"}},
{"model_name": "gemini", "litellm_params": {"model": "gemini/gemini-2.5-flash", "api_base": "%[1]s/v1beta", "api_key": "sk-bench-upstream"}},
{"model_name": "converse", "litellm_params": {"model": "bedrock/amazon.nova-lite-v1:0", "aws_bedrock_runtime_endpoint": "%[1]s", "aws_region_name": "us-east-1", "api_key": "sk-bench-upstream"}}
]}`

// startGateway runs the tollgate binary. Its log is written and thrown away:
// logging is part of what a request costs, a terminal is not.
//
// A row of the spend log that is on disk when an answer ends costs more than all
// that a proxy does, so it is measured by itself: rows says whether there are any.
func startGateway(ctx context.Context, where, binary, dir, upstream string, rows bool) (*process, error) {
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, config, upstream, masterKey, !rows), 0o600); err != nil {
		return nil, fmt.Errorf("write config: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "gateway.log"))
	if err != nil {
		return nil, fmt.Errorf("create log: %w", err)
	}
	defer log.Close()
	p := &process{url: "http://127.0.0.1:" + port}
	p.cmd = command(where, binary, "serve", "--config", path, "--host", "127.0.0.1", "--port", port, "--data", filepath.Join(dir, "tollgate.db"))
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the gateway: %w", err)
	}
	if err := p.ready(ctx); err != nil {
		p.stop()
		said, _ := os.ReadFile(log.Name()) // what there is of it
		return nil, fmt.Errorf("start the gateway: %w\n%s", err, said)
	}
	return p, nil
}

// ready waits until the gateway answers its open health route.
func (p *process) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/health/liveliness", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("it did not become healthy")
		}
	}
}

func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(5*time.Second, func() { p.cmd.Process.Kill() })
	defer kill.Stop()
	p.cmd.Wait() // how it ended does not matter any more
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
