package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/local/proc"
)

// plan is how to measure. Without a gateway the baseline is measured against a
// second one, and every ratio has to be close to 1.
type plan struct {
	gateway string
	limit   float64
	rows    bool          // of the spend log are written
	length  time.Duration // of a round
	rounds  int
	scenes  []scene
}

// figure is what one scene came to: CPU time per request or event.
type figure struct {
	scene           scene
	counted         int
	baseline, other time.Duration
}

func (f figure) ratio() float64 { return float64(f.other) / float64(f.baseline) }

func compare(ctx context.Context, out io.Writer, p plan) error {
	dir, err := os.MkdirTemp("", "tollgate-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	where := pin()
	if where.proxy == "" {
		fmt.Fprintln(out, "not pinned: no taskset, or one processor; figures vary more")
	}
	up, err := role(where.rest, "upstream")
	if err != nil {
		return err
	}
	defer up.stop()
	bare, err := role(where.proxy, "baseline", up.url)
	if err != nil {
		return err
	}
	defer bare.stop()
	other, name := (*process)(nil), "gateway"
	if p.gateway == "" {
		name = "baseline again"
		other, err = role(where.proxy, "baseline", up.url)
	} else {
		other, err = startGateway(ctx, where.proxy, p.gateway, dir, up.url, p.rows)
	}
	if err != nil {
		return err
	}
	defer other.stop()

	fmt.Fprintf(out, "%-18s %10s %16s %16s %8s\n", "CPU of the proxy", "counted", "baseline", name, "ratio")
	var worst float64
	for _, s := range p.scenes {
		f, err := p.measure(ctx, s, bare, other)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-18s %10d %16s %16s %7.2fx\n", s.name, f.counted, per(f.baseline, s), per(f.other, s), f.ratio())
		worst = max(worst, f.ratio()/s.room())
	}
	if p.limit > 0 && worst > p.limit {
		return fmt.Errorf("%.2fx is above the limit of %.2fx", worst, p.limit)
	}
	return nil
}

func per(d time.Duration, s scene) string {
	return fmt.Sprintf("%.1f us/%s", float64(d)/float64(time.Microsecond), s.unit)
}

// measure takes the median of rounds that alternate between the two proxies,
// so that a busy neighbour hits both. The first round of each warms up its
// connections and is not counted.
func (p plan) measure(ctx context.Context, s scene, bare, other *process) (figure, error) {
	l := newLoad()
	f := figure{scene: s}
	var costs [2][]time.Duration
	for round := range p.rounds + 1 {
		for i, proxy := range []*process{bare, other} {
			cost, n, err := l.cost(ctx, s, proxy, p.length)
			if err != nil {
				return f, err
			}
			if round > 0 {
				costs[i] = append(costs[i], cost)
				f.counted += n
			}
		}
	}
	f.baseline, f.other = median(costs[0]), median(costs[1])
	return f, nil
}

// cost is the CPU time that one round cost a proxy per thing counted.
func (l load) cost(ctx context.Context, s scene, proxy *process, length time.Duration) (time.Duration, int, error) {
	before, err := proc.CPU(proxy.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	n, err := l.run(ctx, proxy, s, length)
	if err != nil {
		return 0, 0, err
	}
	after, err := proc.CPU(proxy.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	return (after - before) / time.Duration(n), n, nil
}

func median(values []time.Duration) time.Duration {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
