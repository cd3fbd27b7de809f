// Command infra writes what CloudFormation needs to deploy Tollgate: a template
// for each profile, and the functions' zips under names made of their contents,
// so that a deployment replaces the functions that changed and no other.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/tollgate-llm/tollgate/infra/stack"
)

func main() {
	zips := flag.String("zips", "../build", "the folder that has each function's NAME/function.zip")
	out := flag.String("out", "../build/stack", "the folder to write to: PROFILE.json, and code/ for the bucket")
	flag.Parse()
	if err := synthesize(*zips, *out); err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		os.Exit(1)
	}
}

// synthesize writes the templates and zips of all profiles to out. Zips of before
// stay there.
func synthesize(zips, out string) error {
	code := filepath.Join(out, "code")
	if err := os.MkdirAll(code, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	keys := map[string]string{}
	for _, f := range stack.Functions() {
		b, err := os.ReadFile(filepath.Join(zips, f.Name, "function.zip"))
		if err != nil {
			return fmt.Errorf("read a zip (make build writes them): %w", err)
		}
		name := fmt.Sprintf("%s-%x.zip", f.Name, sha256.Sum256(b))
		keys[f.Name] = path.Join("code", name)
		if err := os.WriteFile(filepath.Join(code, name), b, 0o644); err != nil {
			return fmt.Errorf("write a zip: %w", err)
		}
	}
	for _, p := range stack.Profiles() {
		template, err := stack.Template(p, keys)
		if err != nil {
			return fmt.Errorf("profile %s: %w", p.Name, err)
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(template); err != nil {
			return fmt.Errorf("encode profile %s: %w", p.Name, err)
		}
		if err := os.WriteFile(filepath.Join(out, p.Name+".json"), b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write a template: %w", err)
		}
	}
	return nil
}
