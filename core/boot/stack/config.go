package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// read is a file of a configuration.
type read struct {
	name string
	text []byte
}

// reader opens files and remembers them.
type reader struct{ files []read }

// Open is an all.Options' Open.
func (r *reader) Open(name string) (io.ReadCloser, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r.files = append(r.files, read{name, text})
	return io.NopCloser(bytes.NewReader(text)), nil
}

// Configuration is one that was read as the stack's functions will read it.
type Configuration struct {
	Setup    *all.Setup
	Problems []all.Problem
	Warnings []string
	files    []read
}

// Read reads a configuration with the environment that the stack's functions
// have. The error is nil if they would start with it.
func (s *Stack) Read(ctx context.Context, file string) (*Configuration, error) {
	region, err := s.account.Region(ctx)
	if err != nil {
		return nil, err
	}
	const role = "of the function's role"
	variables := map[string]string{
		"PRIMARY_SECRET_NAME": s.Secret, "TABLE_NAME": s.Table, "LITELLM_MASTER_KEY": "secretsmanager/" + s.Secret + "#LITELLM_MASTER_KEY",
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": role, "AWS_SECRET_ACCESS_KEY": role, "AWS_SESSION_TOKEN": role,
	}
	opened := &reader{}
	c := &Configuration{}
	c.Setup, c.Problems, err = all.Load(all.Options{
		ConfigPath: file, Open: opened.Open, MustGuard: true,
		Getenv: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
	})
	if err != nil {
		return c, err
	}
	app, err := c.Setup.Open()
	if err != nil {
		return c, err
	}
	c.Warnings, c.files = app.Warnings(), opened.files
	return c, nil
}

// Push puts a configuration into the stack's bucket, with what it includes, and
// has every process take it. It returns the name that the log has for it. What is
// included must be beside the file or below, for the functions may read nothing
// else of the bucket.
func (s *Stack) Push(ctx context.Context, c *Configuration) (name string, err error) {
	if len(c.files) == 0 {
		return "", errors.New("there is no configuration")
	}
	files := make([]all.File, len(c.files))
	folder := filepath.Dir(c.files[0].name)
	for i, f := range c.files {
		below, err := filepath.Rel(folder, f.name)
		if err != nil || !filepath.IsLocal(below) {
			return "", fmt.Errorf("%s is not below %s: in the bucket, what a configuration includes is beside it or below", f.name, folder)
		}
		files[i].Key = path.Join(path.Dir(routes.ConfigKey), filepath.ToSlash(below))
	}
	files[0].Key = routes.ConfigKey
	for i := len(files) - 1; i >= 0; i-- { // what names the others comes last, for those who start meanwhile
		if strings.EqualFold(files[i].Key, routes.ConfigKey) && i > 0 {
			return "", fmt.Errorf("%s would be in the place of the configuration itself", c.files[i].name)
		}
		sum := sha256.Sum256(c.files[i].text)
		files[i].Sum = hex.EncodeToString(sum[:])
		if files[i].Version, err = s.account.PutObject(ctx, s.Bucket, files[i].Key, c.files[i].text); err != nil {
			return "", err
		}
	}
	return all.Mark(ctx, s.store, files)
}
