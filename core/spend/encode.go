package spend

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// written is a cube as it is kept: each text once, and for each cell the places
// of its names among them, then its counts.
type written struct {
	Texts []string  `json:"t"`
	Cells [][]int64 `json:"c"`
}

// encode writes a cube: the same bytes for the same cube.
func (c Cube) encode() ([]byte, error) {
	var w written
	places := map[string]int64{}
	for _, cell := range slices.SortedFunc(maps.Keys(c), compareCells) {
		var line []int64
		for _, text := range cell.texts() {
			at, known := places[*text]
			if !known {
				at = int64(len(w.Texts))
				places[*text] = at
				w.Texts = append(w.Texts, *text)
			}
			line = append(line, at)
		}
		sums := c[cell]
		for _, n := range sums.counts() {
			line = append(line, *n)
		}
		w.Cells = append(w.Cells, line)
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("write a cube: %w", err)
	}
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err == nil {
		_, err = z.Write(text)
	}
	if err == nil {
		err = z.Close()
	}
	return out.Bytes(), err
}

// decode reads what encode wrote. Counts that were not known then are 0.
func decode(b []byte) (Cube, error) {
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	if err != nil {
		return nil, fmt.Errorf("read a cube: %w", err)
	}
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("read a cube: %w", err)
	}
	cube := Cube{}
	for _, line := range w.Cells {
		var cell Cell
		var sums Sums
		names, counts := cell.texts(), sums.counts()
		if len(line) < len(names) || len(line) > len(names)+len(counts) {
			return nil, fmt.Errorf("read a cube: a cell of %d numbers", len(line))
		}
		for i, at := range line {
			switch {
			case i >= len(names):
				*counts[i-len(names)] = at
			case at < 0 || at >= int64(len(w.Texts)):
				return nil, fmt.Errorf("read a cube: text %d of %d", at, len(w.Texts))
			default:
				*names[i] = w.Texts[at]
			}
		}
		if err := cube.Add(cell, sums); err != nil {
			return nil, err
		}
	}
	return cube, nil
}

func compareCells(a, b Cell) int {
	other := b.texts()
	for i, text := range a.texts() {
		if n := cmp.Compare(*text, *other[i]); n != 0 {
			return n
		}
	}
	return 0
}
