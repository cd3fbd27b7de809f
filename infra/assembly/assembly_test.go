package assembly_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/infra/assembly"
)

// stacks are two stacks that share a file.
func stacks() []assembly.Stack {
	shared := assembly.File{Title: "chat", Content: []byte("a program")}
	template := map[string]any{
		"Parameters": map[string]any{"Rate": map[string]any{"Type": "Number"}},
		"Resources":  map[string]any{"F": map[string]any{"Type": "AWS::Lambda::Function", "Properties": map[string]any{"S3Key": shared.Key()}}},
	}
	return []assembly.Stack{
		{Name: "one", Template: template, Files: []assembly.File{shared, {Title: "meta", Content: []byte("another")}}, Protected: true},
		{Name: "two", Template: template, Files: []assembly.File{shared}, Tags: map[string]string{"team": "platform"}},
	}
}

// read reads a JSON file of the assembly.
func read[T any](t *testing.T, dir, name string) T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// manifest is what the tests read of manifest.json.
type manifest struct {
	Artifacts map[string]struct {
		Type         string
		Environment  string
		Dependencies []string
		Properties   struct {
			File, TemplateFile, StackName string
			TemplateURL                   string `json:"stackTemplateAssetObjectUrl"`
			TerminationProtection         bool
			Tags                          map[string]string
		}
	}
}

// assets is a stack's list of files.
type assets struct {
	Files map[string]struct {
		Source       struct{ Path, Packaging string }
		Destinations map[string]struct{ BucketName, ObjectKey, AssumeRoleArn string }
	}
}

// TestWrite holds that what the manifest names is there, and that each file goes
// to a key made of what is in it.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := assembly.Write(dir, stacks()); err != nil {
		t.Fatal(err)
	}
	m := read[manifest](t, dir, "manifest.json")
	if got, want := slices.Sorted(maps.Keys(m.Artifacts)), []string{"one", "one.assets", "two", "two.assets"}; !slices.Equal(got, want) {
		t.Fatalf("got artifacts %q, want %q", got, want)
	}
	for _, s := range stacks() {
		a := m.Artifacts[s.Name]
		p := a.Properties
		if a.Type != "aws:cloudformation:stack" || a.Environment != "aws://unknown-account/unknown-region" || p.StackName != s.Name ||
			p.TerminationProtection != s.Protected || !maps.Equal(p.Tags, s.Tags) || !slices.Equal(a.Dependencies, []string{s.Name + ".assets"}) {
			t.Errorf("%s: got %+v, want what was asked for", s.Name, a)
		}
		var lie []string
		for id, f := range read[assets](t, dir, m.Artifacts[s.Name+".assets"].Properties.File).Files {
			content, err := os.ReadFile(filepath.Join(dir, f.Source.Path))
			if err != nil {
				t.Fatal(err)
			}
			hash := fmt.Sprintf("%x", sha256.Sum256(content))
			if id != hash || f.Source.Packaging != "file" || len(f.Destinations) != 1 {
				t.Errorf("%s: got %+v as %s, want one destination as %s", s.Name, f, id, hash)
			}
			for _, d := range f.Destinations {
				if d.BucketName != assembly.Bucket || !strings.HasPrefix(d.ObjectKey, hash+".") || !strings.Contains(d.AssumeRoleArn, "file-publishing") {
					t.Errorf("%s: got %s to %+v, want a key made of its content", s.Name, f.Source.Path, d)
				}
				if f.Source.Path == p.TemplateFile && p.TemplateURL != "s3://"+d.BucketName+"/"+d.ObjectKey {
					t.Errorf("%s: got the template at %s, want it where it is put, %s", s.Name, p.TemplateURL, d.ObjectKey)
				}
			}
			lie = append(lie, string(content))
		}
		for _, f := range s.Files {
			if !slices.Contains(lie, string(f.Content)) {
				t.Errorf("%s: %s is not there", s.Name, f.Title)
			}
		}
		if len(lie) != len(s.Files)+1 {
			t.Errorf("%s: got %d files, want the template and %d", s.Name, len(lie), len(s.Files))
		}
	}
}

// TestTemplate holds that a template keeps what it has and gains the check of
// the bootstrap's version, and that the caller's stays as it was.
func TestTemplate(t *testing.T) {
	dir, given := t.TempDir(), stacks()
	if err := assembly.Write(dir, given); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(given, stacks()) {
		t.Errorf("got stacks changed to %v", given)
	}
	got := read[map[string]map[string]any](t, dir, "one.template.json")
	if _, ok := got["Rules"]["CheckBootstrapVersion"]; !ok || !slices.Equal(slices.Sorted(maps.Keys(got["Parameters"])), []string{"BootstrapVersion", "Rate"}) || got["Resources"]["F"] == nil {
		t.Errorf("got %v, want the template with the bootstrap's parameter and rule", got)
	}
}

// TestSameBytes holds that the same stacks give the same files.
func TestSameBytes(t *testing.T) {
	var folders [2]map[string]string
	for i := range folders {
		dir := t.TempDir()
		if err := assembly.Write(dir, stacks()); err != nil {
			t.Fatal(err)
		}
		folders[i] = map[string]string{}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			folders[i][e.Name()] = string(b)
		}
	}
	if !maps.Equal(folders[0], folders[1]) || len(folders[0]) != 8 {
		t.Errorf("got %d and %d files, want the same 8", len(folders[0]), len(folders[1]))
	}
}

// TestNoFolder holds that a folder that cannot be is an error that says so.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := assembly.Write(file, stacks()); err == nil || !strings.Contains(err.Error(), "make the folder") {
		t.Errorf("got error %v, want one that names the folder", err)
	}
}
