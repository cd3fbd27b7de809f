package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// The --data of a gateway that forgets, and what a table's begins with.
const (
	inMemory = "memory"
	inTable  = "dynamodb:"
)

// data is where a gateway keeps what outlives a request. A nil one is closed, too.
type data struct {
	all.Store
	file *embedded.Store // that it is in; nil for a table
	said string          // for the banner
}

// openData opens what --data names, or TOLLGATE_DATA, or else the file in the
// user's data folder, which is made with it. In memory there is none: nil.
func openData(ctx context.Context, f *serveFlags, env environment) (*data, error) {
	path := f.data
	if path == "" {
		path, _ = env.lookup("TOLLGATE_DATA")
	}
	if path == inMemory {
		return nil, nil
	}
	if table, ok := strings.CutPrefix(path, inTable); ok {
		if table == "" {
			return nil, errors.New("--data dynamodb: names no table; write dynamodb:TABLE")
		}
		t, err := all.Table(ctx, table)
		if err != nil {
			return nil, err
		}
		return &data{Store: t, said: "DynamoDB table " + table}, nil
	}
	if path == "" {
		folder, err := dataFolder(runtime.GOOS, env)
		if err != nil {
			return nil, err
		}
		path = filepath.Join(folder, "tollgate", "tollgate.db")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w; %s", err, elsewhere)
		}
	}
	s, err := embedded.Open(path, time.Now)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: its folder must be there", err)
	case err != nil:
		return nil, fmt.Errorf("%w; %s", err, elsewhere)
	}
	return &data{s, s, path}, nil
}

const elsewhere = "--data FILE (or TOLLGATE_DATA) keeps it elsewhere, --data memory only until the end"

// dataFolder is where a user's programs keep their data.
// https://specifications.freedesktop.org/basedir-spec/latest/
func dataFolder(system string, env environment) (string, error) {
	home, below := "HOME", filepath.Join(".local", "share")
	switch system {
	case "windows":
		home, below = "LocalAppData", ""
	case "darwin":
		below = filepath.Join("Library", "Application Support")
	}
	if dir, _ := env.lookup("XDG_DATA_HOME"); filepath.IsAbs(dir) { // others are to be ignored
		return dir, nil
	}
	dir, _ := env.lookup(home)
	if dir == "" {
		return "", fmt.Errorf("there is no folder for what the gateway keeps, as neither XDG_DATA_HOME nor %s is set; %s", home, elsewhere)
	}
	return filepath.Join(dir, below), nil
}

// Close closes the file.
func (d *data) Close() error {
	if d == nil || d.file == nil {
		return nil
	}
	return d.file.Close()
}

// where says it in the banner.
func (d *data) where() string {
	if d == nil {
		return "in memory: keys, spend and responses are gone when this process ends"
	}
	return d.said
}

// whereFunctions says where the Lambda functions keep theirs.
func whereFunctions(env environment) string {
	if table, _ := env.lookup("TABLE_NAME"); table != "" {
		return "DynamoDB table " + table
	}
	return "in each function's memory: TABLE_NAME names the DynamoDB table of all"
}
