package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// environment is the process's variables with those of a .env file behind
// them. The process itself is not changed.
type environment struct {
	vars map[string]string
	file string // the .env file, "" if there is none
}

// newEnvironment reads file, or without one .env if there is one. A variable
// that is set stays, even an empty one.
func newEnvironment(environ []string, file string) (environment, error) {
	e := environment{vars: map[string]string{}, file: file}
	if file == "" {
		e.file = ".env"
	}
	text, err := os.ReadFile(e.file)
	switch {
	case file == "" && errors.Is(err, fs.ErrNotExist):
		e.file = ""
	case err != nil:
		return environment{}, fmt.Errorf("read variables: %w", err)
	}
	fromFile, err := godotenv.UnmarshalBytes(text)
	if err != nil { // it quotes the file, and with it secrets
		return environment{}, fmt.Errorf("read variables: %s is not made of lines NAME=value", e.file)
	}
	maps.Copy(e.vars, fromFile)
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		e.vars[name] = value
	}
	return e, nil
}

// lookup is os.LookupEnv.
func (e environment) lookup(name string) (string, bool) {
	v, ok := e.vars[name]
	return v, ok
}

// list is os.Environ, with changed variables in place of its own.
func (e environment) list(changed map[string]string) []string {
	all := maps.Clone(e.vars)
	maps.Copy(all, changed)
	list := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}
