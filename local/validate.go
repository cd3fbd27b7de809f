package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// report is what validate finds out.
type report struct {
	OK       bool          `json:"ok"`
	Problems []all.Problem `json:"problems"`
	Warnings []string      `json:"warnings"`
	Explains []all.Line    `json:"explains"`
}

func (p *program) validateCommand() *cobra.Command {
	var f fileFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use: "validate [config]", Short: "Say what is wrong in a configuration, and what it will do",
		Args: func(cmd *cobra.Command, args []string) error { return p.noArguments(cmd, args[min(1, len(args)):]) },
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				f.config = args[0]
			}
			return p.validate(&f, asJSON)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

// validate reads a configuration and makes the gateway, but starts nothing.
func (p *program) validate(f *fileFlags, asJSON bool) error {
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	r := report{Problems: []all.Problem{}, Warnings: []string{}, Explains: []all.Line{}}
	setup, problems, err := all.Load(f.options(env))
	r.Problems = append(r.Problems, problems...)
	if setup != nil {
		r.Explains = append(r.Explains, setup.Explain()...)
	}
	if err == nil {
		app, fault := setup.Open()
		if err = fault; err == nil {
			r.Warnings = append(r.Warnings, append(app.Warnings(), missingKeys(setup)...)...)
		}
	}
	r.OK = err == nil
	if asJSON {
		e := json.NewEncoder(p.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if fault := e.Encode(r); fault != nil {
			return fault
		}
		return err
	}
	r.print(p.out)
	return err
}

func (r report) print(to io.Writer) {
	for _, p := range r.Problems {
		fmt.Fprintln(to, p)
	}
	for _, w := range r.Warnings {
		fmt.Fprintln(to, "warning:", w)
	}
	said := map[string][]string{}
	var subjects []string
	for _, l := range r.Explains {
		if said[l.Subject] == nil {
			subjects = append(subjects, l.Subject)
		}
		said[l.Subject] = append(said[l.Subject], l.Text)
	}
	for _, subject := range subjects {
		fmt.Fprintf(to, "%s\n  %s\n", subject, strings.Join(said[subject], "\n  "))
	}
}
