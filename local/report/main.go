// Command report says what the Lambda functions take, and what that costs: the
// size of their zips, the time and the work of a start and of requests, memory,
// the table's units, dollars per million requests and for a month without any,
// beside a container that runs LiteLLM all month (make report-aws).
//
// The functions' own programs run in the emulator, configured as the stack
// configures them, against a program that speaks DynamoDB's API, a bucket, a
// secret, a queue and a vendor that answers at once, all over TLS with as many
// trusted authorities as on Lambda. What is measured is the processor time of
// the function's process alone, as the scheduler counts it. Nothing was measured
// on AWS: times there are this machine's, stretched to the part of a processor
// that a function's memory buys. It needs Linux.
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

	"github.com/tollgate-llm/tollgate/local/report/cost"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	functions := flags.String("functions", "build/local", "the folder that has each function's NAME/bootstrap, compiled for this machine")
	zips := flags.String("zips", "", "the folder that has each function's NAME/function.zip; empty: their sizes are not told")
	stacks := flags.String("stacks", "", "the folder of the synthesized templates; empty: what they cost when idle is not told")
	dynamo := flags.String("dynamo", "", "the program that speaks DynamoDB's API (.ci/dynamo-programs)")
	requests := flags.Int("requests", 1000, "for each function")
	starts := flags.Int("starts", 7, "of each function")
	check := flags.Bool("check", false, "fail where a function is over a limit: zip 8 MB, 60 ms to start, 64 MB of memory")
	prices := flags.Bool("prices", false, "also list the prices, with their sources")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	table, err := cost.Prices()
	if err != nil {
		return err
	}
	all, err := measure(ctx, plan{functions: *functions, zips: *zips, dynamo: *dynamo, requests: *requests, starts: *starts})
	if err != nil {
		return err
	}
	r := &report{out: out, prices: table, figures: all}
	r.functions()
	r.requests()
	if *stacks != "" {
		if err := r.months(*stacks); err != nil {
			return err
		}
	}
	if *prices {
		r.list()
	}
	if *check {
		return over(all)
	}
	return nil
}
