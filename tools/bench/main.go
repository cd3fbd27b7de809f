// Command bench measures what the gateway costs beside a bare
// httputil.ReverseProxy that passes the same bytes.
//
// Upstream, load, reverse proxy and gateway are four processes, and the figure
// is the CPU time, user and system, of the proxy's process alone: in one
// process, or by the clock, the cost of the others would dilute the ratio
// towards 1. Rounds are interleaved, every reply is checked, and medians are
// compared. Linux only: it reads /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

func main() {
	role := flag.String("role", "", "upstream or baseline: what this process is to the one that started it")
	port := flag.String("port", "", "port on which such a process listens")
	target := flag.String("target", "", "URL that the baseline forwards to")
	gateway := flag.String("gateway", "bin/tollgate", "the gateway's binary")
	function := flag.String("function", "", "a Lambda function's binary for this machine: also measure how long it takes to be ready")
	rounds := flag.Int("rounds", 3, "measurements of each figure")
	length := flag.Duration("length", 2*time.Second, "length of one measurement")
	limit := flag.Float64("limit", 0, "fail when a ratio is above this (0: never)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch *role {
	case "upstream":
		err = serve(ctx, *port, upstream())
	case "baseline":
		err = serve(ctx, *port, baseline(*target))
	default:
		err = measure(ctx, *gateway, *function, *rounds, *length, *limit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure prints a row for each kind of load, and for the function's start.
func measure(ctx context.Context, gateway, function string, rounds int, length time.Duration, limit float64) error {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	defer os.RemoveAll(dir)
	bare, full, stop, err := startAll(ctx, gateway, filepath.Join(dir, "config.yaml"))
	defer stop()
	if err != nil {
		return err
	}
	fmt.Printf("%-22s %12s %12s %8s\n", "CPU of the proxy", "bare", "gateway", "ratio")
	var worst float64
	for _, l := range loads() {
		var bareCost, fullCost []time.Duration
		for range rounds {
			for _, side := range []struct {
				p    *process
				cost *[]time.Duration
			}{{bare, &bareCost}, {full, &fullCost}} {
				cost, err := side.p.costOf(ctx, l, length)
				if err != nil {
					return fmt.Errorf("%s through the %s: %w", l.name, side.p.name, err)
				}
				*side.cost = append(*side.cost, cost)
			}
		}
		b, g := median(bareCost), median(fullCost)
		ratio := float64(g) / float64(b)
		worst = max(worst, ratio)
		fmt.Printf("%-22s %12v %12v %7.2fx\n", l.name, b.Round(10*time.Nanosecond), g.Round(10*time.Nanosecond), ratio)
	}
	if function != "" {
		ready, err := coldStart(ctx, function, 5*rounds)
		if err != nil {
			return err
		}
		fmt.Printf("%-22s %25v\n", "function, exec to ready", ready.Round(100*time.Microsecond))
	}
	if limit > 0 && worst > limit {
		return fmt.Errorf("the worst ratio is %.2f, want %.2f at most", worst, limit)
	}
	return nil
}

// startAll starts the upstream and the two proxies before it. stop ends
// whatever was started.
func startAll(ctx context.Context, gateway, config string) (bare, full *process, stop func(), err error) {
	var started []*process
	stop = func() {
		for _, p := range started {
			p.stop()
		}
	}
	start := func(name, command string, args ...string) (*process, error) {
		p, err := startProcess(ctx, name, command, args...)
		if err == nil {
			started = append(started, p)
		}
		return p, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, stop, fmt.Errorf("find own binary: %w", err)
	}
	up, err := start("upstream", self, "-role", "upstream")
	if err != nil {
		return nil, nil, stop, err
	}
	if err := os.WriteFile(config, []byte(configFor(up.url)), 0o600); err != nil {
		return nil, nil, stop, fmt.Errorf("write config: %w", err)
	}
	bare, errBare := start("reverse proxy", self, "-role", "baseline", "-target", up.url)
	full, errFull := start("gateway", gateway, "--config", config)
	return bare, full, stop, errors.Join(errBare, errFull)
}

func configFor(upstream string) string {
	return fmt.Sprintf(`model_list:
  - model_name: bench
    litellm_params:
      model: openai/bench
      api_base: %s/v1
      api_key: sk-upstream
general_settings:
  master_key: %s
`, upstream, key)
}

func median[T ~int64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
