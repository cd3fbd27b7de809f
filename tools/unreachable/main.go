// Command unreachable prints the module's functions that nothing can call, and
// fails if there are any. It runs deadcode (golang.org/x/tools), whose idea of
// a program is a main function, and gives it the two roots that a library has
// beyond its programs: its promised API, and its tests for the packages that
// exist to be used by tests.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// promised lists the packages, from the module's root, whose exported names
// users may call: nothing of ours needs to.
func promised() []string {
	return []string{".", "core/llm", "core/config", "core/price", "core/tokens", "providers"}
}

// roots is where the program that calls the promised API is written. A folder
// with a dot in front is not part of ./..., so no other tool sees it.
const roots = ".tools/promised"

func main() {
	deadcode := flag.String("deadcode", "deadcode", "path of the deadcode command")
	flag.Parse()
	dead, err := find(*deadcode)
	if err != nil {
		fmt.Fprintln(os.Stderr, "unreachable:", err)
		os.Exit(2)
	}
	for _, line := range dead {
		fmt.Println(line)
	}
	if len(dead) > 0 {
		os.Exit(1)
	}
}

// find returns one line for each function, or whole package, that is reached
// neither from the programs nor from the promised API. In a package made for
// tests it is the tests that must reach it.
func find(deadcode string) ([]string, error) {
	packages, err := list("./...")
	if err != nil {
		return nil, err
	}
	if err := writeRoots(packages); err != nil {
		return nil, err
	}
	starts := []string{"./" + roots}
	for _, p := range packages {
		if p.Name == "main" && !p.forTests() {
			starts = append(starts, p.ImportPath)
		}
	}
	linked, err := list(append([]string{"-deps"}, starts...)...)
	if err != nil {
		return nil, err
	}
	var dead []string
	for _, p := range packages {
		isLinked := slices.ContainsFunc(linked, func(l goPackage) bool { return l.ImportPath == p.ImportPath })
		if !p.forTests() && len(p.GoFiles) > 0 && !isLinked {
			dead = append(dead, p.ImportPath+": no program and no promised package imports it")
		}
	}
	fromPrograms, err := run(deadcode, starts...)
	if err != nil {
		return nil, err
	}
	fromTests, err := run(deadcode, "-test", "./...")
	if err != nil {
		return nil, err
	}
	for _, p := range packages {
		if p.forTests() {
			dead = append(dead, fromTests[p.ImportPath]...)
		} else {
			dead = append(dead, fromPrograms[p.ImportPath]...)
		}
	}
	return dead, nil
}

type goPackage struct {
	Dir, ImportPath, Name string
	GoFiles               []string
	Module                *struct{ Path string }
}

// forTests reports whether the package exists for tests only: it, or a folder
// it lies in, is named like net/http/httptest.
func (p goPackage) forTests() bool {
	return slices.ContainsFunc(strings.Split(p.ImportPath, "/"), func(s string) bool {
		return strings.HasSuffix(s, "test")
	})
}

func list(args ...string) ([]goPackage, error) {
	cmd := exec.Command("go", append([]string{"list", "-json=Dir,ImportPath,Name,GoFiles,Module"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(args, " "), err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// run returns deadcode's findings by package, each as file:line: name.
func run(deadcode string, args ...string) (map[string][]string, error) {
	cmd := exec.Command(deadcode, append([]string{"-json"}, args...)...)
	out, err := cmd.Output()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		return nil, fmt.Errorf("deadcode: %s", failed.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("deadcode: %w", err)
	}
	var report []struct {
		Path  string
		Funcs []struct {
			Name     string
			Position struct {
				File string
				Line int
			}
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, fmt.Errorf("read deadcode -json: %w", err)
	}
	dead := map[string][]string{}
	for _, p := range report {
		for _, f := range p.Funcs {
			line := fmt.Sprintf("%s:%d: unreachable: %s", filepath.ToSlash(f.Position.File), f.Position.Line, f.Name)
			dead[p.Path] = append(dead[p.Path], line)
		}
	}
	return dead, nil
}
