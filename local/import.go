package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot/litellm"
)

// importFlags say what is brought from where to where.
type importFlags struct {
	url       string
	masterKey string
	data      string
	envFile   string
	dryRun    bool
}

func (p *program) importCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "import", Short: "Bring keys and people from another gateway",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("there is nothing to import from %q; there is litellm", args[0])
			}
			return usagef("say what to import from: tollgate import litellm")
		},
	}
	var f importFlags
	cmd := &cobra.Command{
		Use: "litellm", Short: "Bring the keys, people, budgets and spend of a running LiteLLM proxy", Args: p.noArguments,
		Long: `Brings budgets, organizations, users, teams, projects, members, access groups,
tags, customers and keys from a running LiteLLM proxy, by its API, with what each
has spent. Keys are brought by their hash and go on working as they are.

It may be repeated for as long as both gateways are in use. It exits with 1 when
something could not be brought, which it names.`,
		Example: `  tollgate import litellm --url http://localhost:4000 --master-key sk-1234 --dry-run
  tollgate import litellm --url http://localhost:4000 --master-key sk-1234
  TABLE_NAME=gateway tollgate import litellm --url https://litellm.example.com`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.importLiteLLM(cmd.Context(), &f) },
	}
	s := cmd.Flags()
	s.SortFlags = false
	s.StringVar(&f.url, "url", "", "`URL` of the LiteLLM proxy; always the same, for what was brought is remembered by it")
	s.StringVar(&f.masterKey, "master-key", "", "its master `key`; LITELLM_MASTER_KEY if not given, which no other user of this machine sees")
	s.BoolVar(&f.dryRun, "dry-run", false, "write nothing and print what would be done")
	s.StringVar(&f.data, "data", "", "`file` that the gateway keeps its keys in, or dynamodb:TABLE; TOLLGATE_DATA or the table of TABLE_NAME if not given, else tollgate/tollgate.db in the user's data folder")
	s.StringVar(&f.envFile, "env-file", "", "`file` of variables to load; without it .env, if there is one (never overrides what is set)")
	parent.AddCommand(cmd)
	return parent
}

// errNotAll says that the report has the rest.
var errNotAll = errors.New("not everything could be brought")

func (p *program) importLiteLLM(ctx context.Context, f *importFlags) (err error) {
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	if f.url == "" {
		return usagef("--url says where the LiteLLM proxy is, as http://localhost:4000")
	}
	key := f.masterKey
	if key == "" {
		if key, _ = env.lookup("LITELLM_MASTER_KEY"); key == "" {
			return usagef("--master-key, or LITELLM_MASTER_KEY, is the master key of the LiteLLM proxy")
		}
	}
	kept, err := f.open(ctx, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	fmt.Fprintf(p.err, "From %s to %s\n", f.url, kept.where())
	report, err := litellm.Import{URL: f.url, Key: key, Store: kept, Now: time.Now, Dry: f.dryRun}.Run(ctx)
	if err != nil {
		return err
	}
	if err := report.Print(p.out); err != nil {
		return err
	}
	if report.Failed() {
		return errNotAll
	}
	return nil
}

// open opens what is written to: where serve keeps its keys, or without a word
// about that the table that TABLE_NAME names, as for the functions.
func (f *importFlags) open(ctx context.Context, env environment) (*data, error) {
	named := f.data
	if said, _ := env.lookup("TOLLGATE_DATA"); named == "" && said == "" {
		if table, _ := env.lookup("TABLE_NAME"); table != "" {
			named = inTable + table
		}
	}
	kept, err := openData(ctx, &serveFlags{data: named}, env)
	if err == nil && kept == nil {
		err = usagef("what is brought into memory would be gone with this command: --data names a file or a table")
	}
	return kept, err
}
