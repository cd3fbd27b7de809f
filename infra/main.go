// Command infra is a CDK app: run by the CDK's command line (cdk.json), it
// writes the cloud assembly of a stack for each profile, or of the one that the
// context chooses. The functions' zips are files of the assembly, under names
// made of their contents, so that a deployment replaces the functions that
// changed and no other.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/assembly"
	"github.com/tollgate-llm/tollgate/infra/sam"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

func main() {
	zips := flag.String("zips", "../build", "the folder that has each function's NAME/function.zip")
	out := flag.String("out", cmp.Or(os.Getenv("CDK_OUTDIR"), "cdk.out"), "the folder to write the cloud assembly to")
	template := flag.String("sam", "", "write SAM's template to this file, and nothing else")
	flag.Parse()
	var err error
	if *template != "" {
		err = writeTemplate(*template)
	} else {
		err = synthesize(*zips, *out, os.Getenv("CDK_CONTEXT_JSON"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		os.Exit(1)
	}
}

// writeTemplate writes SAM's template.
func writeTemplate(file string) error {
	template, err := sam.Template()
	if err != nil {
		return fmt.Errorf("make SAM's template: %w", err)
	}
	if err := os.WriteFile(file, template, 0o644); err != nil {
		return fmt.Errorf("write SAM's template: %w", err)
	}
	return nil
}

// synthesize writes the cloud assembly to out. Context is a JSON object, or "".
func synthesize(zips, out, context string) error {
	var given map[string]any
	if err := json.Unmarshal([]byte(cmp.Or(context, "{}")), &given); err != nil {
		return fmt.Errorf("read the context: %w", err)
	}
	profiles, err := stack.Configured(given)
	if err != nil {
		return err
	}
	var files []assembly.File
	keys := map[string]string{}
	for _, f := range routes.Functions() {
		b, err := os.ReadFile(filepath.Join(zips, f.Name, "function.zip"))
		if err != nil {
			return fmt.Errorf("read a zip (make build writes them): %w", err)
		}
		file := assembly.File{Title: f.Name, Content: b}
		files = append(files, file)
		keys[f.Name] = file.Key()
	}
	var stacks []assembly.Stack
	for _, p := range profiles {
		template, err := stack.Template(p, keys)
		if err != nil {
			return fmt.Errorf("profile %s: %w", p.Name, err)
		}
		stacks = append(stacks, assembly.Stack{Name: p.Stack, Template: template, Files: files, Tags: p.Tags, Protected: p.Keep})
	}
	if err := assembly.Write(out, stacks); err != nil {
		return fmt.Errorf("write the cloud assembly: %w", err)
	}
	return nil
}
