// Package assembly writes a cloud assembly: the folder by which a CDK app tells
// the CDK's command line what to deploy. It has a manifest, each stack's
// template, and each stack's list of files to put into the bucket that
// `cdk bootstrap` makes in an account.
//
// The shapes are those of npm's @aws-cdk/cloud-assembly-schema; the names of the
// bucket and the roles, and what a template says of the bootstrap's version, are
// aws-cdk-lib's DefaultStackSynthesizer's. The same stacks give the same bytes.
package assembly

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// version is the oldest version of the schema that has all that is written here:
// a command line refuses what is newer than itself.
const version = "36.0.0"

// environment leaves account and region to the credentials of who deploys.
const environment = "aws://unknown-account/unknown-region"

// object is a JSON object; encoding/json writes its members in order of name.
type object = map[string]any

// Stack is one stack of an app.
type Stack struct {
	Name      string            // of the stack, and of its template's file
	Template  map[string]any    // without what Write adds to it: the parameter and the rule of the bootstrap's version
	Files     []File            // that the template names by their keys
	Tags      map[string]string // of all the stack's resources
	Protected bool              // from being deleted
}

// File is a file that a stack's template names.
type File struct {
	Title   string // what the command line calls it while it uploads
	Content []byte
}

// Key is the file's key in the bucket: a hash of its content, so that what did
// not change is not uploaded, and replaces nothing.
func (f File) Key() string { return hash(f.Content) + ".zip" }

func hash(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// Write writes the assembly of stacks to dir, which it makes. Files of before
// stay there, as they do when the CDK itself writes.
func Write(dir string, stacks []Stack) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	artifacts := object{}
	for _, s := range stacks {
		template, err := encode(withBootstrap(s.Template))
		if err != nil {
			return fmt.Errorf("encode the template of %s: %w", s.Name, err)
		}
		if err := write(dir, s.templateFile(), template); err != nil {
			return err
		}
		files, err := s.writeFiles(dir, hash(template))
		if err != nil {
			return err
		}
		if err := writeJSON(dir, s.Name+".assets.json", object{"version": version, "files": files, "dockerImages": object{}}); err != nil {
			return err
		}
		artifacts[s.Name+".assets"] = s.assets()
		artifacts[s.Name] = s.artifact(hash(template))
	}
	if err := writeJSON(dir, "manifest.json", object{"version": version, "artifacts": artifacts}); err != nil {
		return err
	}
	return writeJSON(dir, "cdk.out", object{"version": version})
}

func (s Stack) templateFile() string { return s.Name + ".template.json" }

// writeFiles writes the stack's files beside its template, and lists them all.
func (s Stack) writeFiles(dir, template string) (object, error) {
	files := object{template: asset(s.Name+" Template", s.templateFile(), template+".json")}
	for _, f := range s.Files {
		name := "asset." + f.Key()
		if err := write(dir, name, f.Content); err != nil {
			return nil, err
		}
		files[hash(f.Content)] = asset(f.Title, name, f.Key())
	}
	return files, nil
}

// withBootstrap is a template that CloudFormation refuses in an account whose
// bootstrap is older than what the manifest asks for.
func withBootstrap(template map[string]any) map[string]any {
	whole, parameters := maps.Clone(template), object{}
	if given, ok := template["Parameters"].(object); ok {
		parameters = maps.Clone(given)
	}
	parameters["BootstrapVersion"] = object{
		"Type": "AWS::SSM::Parameter::Value<String>", "Default": bootstrapParameter,
		"Description": "The version of what cdk bootstrap made in this account and region. [cdk:skip]",
	}
	whole["Parameters"] = parameters
	whole["Rules"] = object{"CheckBootstrapVersion": object{"Assertions": []object{{
		"Assert":            object{"Fn::Not": []object{{"Fn::Contains": []any{[]string{"1", "2", "3", "4", "5"}, object{"Ref": "BootstrapVersion"}}}}},
		"AssertDescription": "The account needs a bootstrap stack of version 6 or newer. Run 'cdk bootstrap' with a recent version of the CDK's command line.",
	}}}}
	return whole
}

func writeJSON(dir, name string, value any) error {
	b, err := encode(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return write(dir, name, b)
}

func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(value)
	return b.Bytes(), err
}

func write(dir, name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
