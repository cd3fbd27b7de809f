package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "upstream":
			return serve(ctx, upstream())
		case "baseline":
			return baseline(ctx, args[1:])
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	gateway := flags.String("gateway", "", "the tollgate binary; empty: the baseline against itself, which checks this program")
	limit := flags.Float64("limit", 0, "fail when a ratio is above this, or twice this for a translated request; 0: only report")
	rows := flags.Bool("rows", false, "write the spend log: each answer waits for its row on disk")
	quick := flags.Bool("quick", false, "rounds of half a second instead of three")
	rounds := flags.Int("rounds", 3, "measured rounds per case and proxy")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	length := 3 * time.Second
	if *quick {
		length = time.Second / 2
	}
	return compare(ctx, out, plan{gateway: *gateway, limit: *limit, rows: *rows, length: length, rounds: *rounds, scenes: scenes()})
}
