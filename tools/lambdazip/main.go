// Command lambdazip packs each bootstrap binary named by its arguments into
// function.zip beside it and prints the sizes. The zip holds no build time and
// no owner, so that the same binary gives the same bytes and an unchanged
// function is not deployed again. A zip over -most bytes is an error: every cold
// start waits until it is fetched and unpacked.
package main

import (
	"archive/zip"
	"compress/flate"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	most := flag.Int64("most", 0, "bytes that a zip may have (0: any number)")
	flag.Parse()
	failed := false
	for _, binary := range flag.Args() {
		line, err := pack(binary, filepath.Join(filepath.Dir(binary), "function.zip"), *most)
		if line != "" {
			fmt.Println(line)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "lambdazip:", err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

// pack writes a zip with one executable file in it, called bootstrap, and
// returns a line that gives both sizes, also with the error that it is over most
// bytes, 0 for any number.
func pack(binary, archive string, most int64) (string, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return "", fmt.Errorf("read binary: %w", err)
	}
	out, err := os.Create(archive)
	if err != nil {
		return "", fmt.Errorf("create zip: %w", err)
	}
	defer out.Close()
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	header := &zip.FileHeader{
		Name:     "bootstrap",
		Method:   zip.Deflate,
		Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), // the oldest a zip can say
	}
	header.SetMode(0o755)
	entry, err := w.CreateHeader(header)
	if err != nil {
		return "", fmt.Errorf("write zip: %w", err)
	}
	if _, err := entry.Write(program); err != nil {
		return "", fmt.Errorf("write zip: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("write zip: %w", err)
	}
	info, err := out.Stat()
	if err != nil {
		return "", fmt.Errorf("measure zip: %w", err)
	}
	const mb = 1e6
	line := fmt.Sprintf("%s  binary %.1f MB  zip %.2f MB", archive, float64(len(program))/mb, float64(info.Size())/mb)
	if most > 0 && info.Size() > most {
		return line, fmt.Errorf("%s has %d bytes, want %d at most", archive, info.Size(), most)
	}
	return line, nil
}
