package all_test

import (
	"debug/elf"
	"debug/gosym"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

const (
	ours = "github.com/tollgate-llm/tollgate/"
	aws  = "github.com/aws/aws-sdk-go-v2/service/"
)

// askers are the functions that ask providers.
const askers = "chat embed media pass meta batch"

// only are the functions whose programs may have code of a package. It is kept
// out of the others by nobody calling it: see boot.Family and providers.Named.
var only = map[string]string{
	ours + "core/api/admin":        "admin",
	ours + "core/api/spend":        "admin",
	ours + "core/api/docs/swagger": "admin",
	ours + "core/api/docs":         "meta",
	ours + "core/api/meta":         "meta",
	ours + "core/spend":            "admin schedule",
	ours + "core/batch":            "chat batch schedule",
	ours + "core/queue/sqs":        "chat batch schedule",
	ours + "core/gateway":          "chat embed media meta batch",
	ours + "core/attempt":          "chat embed media meta batch",
	ours + "core/stream":           "chat embed media meta batch",
	ours + "providers/openai":      askers,
	ours + "providers/anthropic":   askers,
	ours + "providers/gemini":      askers,
	ours + "providers/bedrock":     askers,
	ours + "providers/aws":         askers,
	ours + "providers/chat":        askers,
	aws + "bedrockruntime":         askers,
}

// services are AWS's that any function may have a client of: the table, and who
// gives out credentials.
var services = []string{"dynamodb", "sts", "sso", "ssooidc", "signin", "internal"}

// TestLinked holds each function's program to the rooms and the clients of AWS's
// services that it needs: the others would cost it every cold start.
func TestLinked(t *testing.T) {
	dir := t.TempDir()
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", dir+"/", "../../../functions/...")
	build.Env = append(os.Environ(), "GOOS=linux") // whose programs are read below
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build functions: %v\n%s", err, out)
	}
	used := map[string]bool{}
	for _, f := range routes.Functions() {
		for _, name := range linked(t, filepath.Join(dir, f.Name)) {
			used[name] = true
			if may, ok := only[name]; ok && !slices.Contains(strings.Fields(may), f.Name) {
				t.Errorf("function %s has code of %s, which is for %s", f.Name, name, may)
			}
			if _, ok := only[name]; ok {
				continue
			}
			service, _, sub := strings.Cut(strings.TrimPrefix(name, aws), "/")
			if strings.HasPrefix(name, aws) && !sub && !slices.Contains(services, service) {
				t.Errorf("function %s has a client of AWS's %s, which is in no line of this test", f.Name, service)
			}
		}
	}
	for name := range only {
		if !used[name] {
			t.Errorf("no function has code of %s: its line holds nothing", name)
		}
	}
}

// linked are the packages that a program has code of, beside that which every
// package runs at the start.
func linked(t *testing.T, program string) []string {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, text := f.Section(".gopclntab"), f.Section(".text")
	if lines == nil || text == nil {
		t.Fatalf("%s has no table of its functions", program)
	}
	table, err := lines.Data()
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := gosym.NewTable(nil, gosym.NewLineTable(table, text.Addr))
	if err != nil {
		t.Fatal(err)
	}
	var packages []string
	for i := range symbols.Funcs {
		name := symbols.Funcs[i].PackageName()
		if !strings.HasPrefix(strings.TrimPrefix(symbols.Funcs[i].Name, name), ".init") {
			packages = append(packages, name)
		}
	}
	slices.Sort(packages)
	return slices.Compact(packages)
}
