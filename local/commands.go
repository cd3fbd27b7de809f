package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot"
)

// root is the tree of commands. Without the name of one it serves, or with
// --test it tests: that is how LiteLLM's command line works.
func (p *program) root() *cobra.Command {
	root := p.serveCommand()
	root.Use = "tollgate"
	root.Short = "A gateway to every language model, in OpenAI's words"
	root.Version = boot.Version
	root.Args = p.noArguments
	root.Example = `  tollgate                                       the demo, and every provider whose key is set
  tollgate --model openai/gpt-4o                 one model that answers to every name
  tollgate --config config.yaml --port 8123      what LiteLLM's configuration says
  tollgate --test                                one call to the running gateway`
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.SetVersionTemplate(version())

	root.AddCommand(
		p.serveCommand(), p.testCommand(), p.validateCommand(), p.doctorCommand(), p.modelsCommand(), p.importCommand(), p.configCommand(), p.secretsCommand(), p.versionCommand(),
	)
	return root
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: p.noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(p.out, version())
			return err
		},
	}
}

func version() string {
	return fmt.Sprintf("tollgate %s (%s %s/%s)\n", boot.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// noArguments refuses what is not a flag, and offers the command that was
// probably meant.
func (p *program) noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usagef("%s has no command %q; did you mean %s?", cmd.CommandPath(), args[0], near[0])
	}
	return usagef("%s takes no argument %q", cmd.CommandPath(), args[0])
}
