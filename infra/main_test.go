package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// written is what synthesize makes of the zips, by name.
func written(t *testing.T, zips, context string) map[string]string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if err := synthesize(zips, out, context); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(out, name))
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func zipped(t *testing.T, dir, function, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, function), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, function, "function.zip"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// built is a folder with a zip for each function.
func built(t *testing.T) string {
	t.Helper()
	zips := t.TempDir()
	for _, f := range routes.Functions() {
		zipped(t, zips, f.Name, f.Name)
	}
	return zips
}

// TestSynthesize holds that the same zips give the same bytes, that templates
// name the zips that lie beside them, and that a new program moves one key.
func TestSynthesize(t *testing.T) {
	zips := built(t)
	first := written(t, zips, "")
	if again := written(t, zips, ""); !maps.Equal(first, again) {
		t.Error("got two different stacks of the same zips, want the same bytes")
	}
	// Each stack has a template and a list of files; there is one manifest, and its version.
	if got, want := len(first), len(routes.Functions())+2*len(stack.Profiles())+2; got != want {
		t.Errorf("got %d files, want %d", got, want)
	}
	for name := range first {
		if key, ok := strings.CutPrefix(name, "asset."); ok && !strings.Contains(first["tollgate-prod.template.json"], `"`+key+`"`) {
			t.Errorf("the template of prod does not name %s", key)
		}
	}
	zipped(t, zips, "chat", "another program")
	var moved []string
	for name, content := range written(t, zips, "") {
		if _, had := first[name]; !had {
			moved = append(moved, content)
		}
	}
	if !slices.Equal(moved, []string{"another program"}) {
		t.Errorf("got the new files %q, want chat's zip", moved)
	}
}

// TestContext holds that the context chooses a stage and a name, and that what
// it cannot mean is an error that says so.
func TestContext(t *testing.T) {
	zips := built(t)
	for context, want := range map[string]string{
		``:                 "tollgate-dev tollgate-prod",
		`{"stage":"prod"}`: "tollgate-prod",
		`{"stage":"dev","name":"mine","aws:cdk:version-reporting":true,"@aws-cdk/core:x":true}`: "mine",
	} {
		var got []string
		for name := range written(t, zips, context) {
			if name, ok := strings.CutSuffix(name, ".template.json"); ok {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got stacks %q, want %s", context, got, want)
		}
	}
	for context, want := range map[string]string{
		`{`:                                "read the context",
		`{"stage":"staging"}`:              "no profile staging",
		`{"stgae":"prod"}`:                 "stgae",
		`{"stage":"dev","name":["a"]}`:     "name",
		`{"stage":"dev","name":"../mine"}`: "name",
		`{"name":"mine"}`:                  "stage",
	} {
		if err := synthesize(zips, t.TempDir(), context); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one that names %q", context, err, want)
		}
	}
}

// TestNoZip holds that a stack is not made of functions that were not built.
func TestNoZip(t *testing.T) {
	zips := built(t)
	name := routes.Functions()[0].Name
	if err := os.Remove(filepath.Join(zips, name, "function.zip")); err != nil {
		t.Fatal(err)
	}
	if err := synthesize(zips, t.TempDir(), ""); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("got error %v, want one that names %s", err, name)
	}
}
