// Command whole runs a synthesized stack on one machine, so that what CloudFormation
// would be told is what is tested: the routes of the API's own document, each
// function's real program with the variables that the template gives it, the
// schedules, the queues. DynamoDB is DynamoDB Local, other services are moto's;
// neither refuses a call for want of a grant, so every call is written down, and
// judged by the template's own policies.
//
//	whole serve     the stack, as tollgate serve; suites of clients run against it
//	whole check     the calls of such runs, by the policies
//	whole template  the template
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "whole:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("want serve, check or template")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "serve":
		var o options
		flags.StringVar(&o.host, "host", "127.0.0.1", "where to listen")
		flags.StringVar(&o.port, "port", "8000", "where to listen")
		flags.StringVar(&o.config, "config", "", "the configuration to put into the stack's bucket")
		flags.StringVar(&o.bootstraps, "bootstraps", os.Getenv("WHOLE_BOOTSTRAPS"), "the folder that has each function's NAME/bootstrap")
		flags.StringVar(&o.dynamodb, "dynamodb", os.Getenv("WHOLE_DYNAMODB"), "the address of DynamoDB Local")
		flags.StringVar(&o.aws, "aws", os.Getenv("WHOLE_AWS"), "the address of all other services")
		flags.StringVar(&o.record, "record", os.Getenv("WHOLE_RECORD"), "the file that calls are added to")
		flags.StringVar(&o.names, "names", "", "the file that says what the stack's resources are called")
		flags.String("mode", "", "of tollgate serve, which this stands in for: it is always lambda")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return serve(ctx, o)
	case "check":
		all := flags.Bool("all", false, "grants that no call needed are an error, too, unless the route table says why they are there")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return check(os.Stdout, flags.Args(), *all)
	case "template":
		t, err := synthesized()
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(t)
	}
	return fmt.Errorf("got %q, want serve, check or template", args[0])
}
