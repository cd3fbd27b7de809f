package main

import (
	"errors"
	"fmt"
	"time"
)

// The limits of a function: what a cold start fetches, how long it takes on a
// machine like that of continuous integration, and half of the smallest memory
// that Lambda sells.
const (
	mostZip      = 8_000_000
	mostStart    = 60 * time.Millisecond
	mostResident = 64 << 20
)

// over is an error that names every figure over its limit.
func over(all []figures) error {
	var errs []error
	for _, f := range all {
		if f.zip > mostZip {
			errs = append(errs, fmt.Errorf("the zip of %s has %d bytes, want %d at most", f.function, f.zip, mostZip))
		}
		if f.start > mostStart {
			errs = append(errs, fmt.Errorf("%s took %v to start, want %v at most", f.function, f.start, mostStart))
		}
		if f.resident > mostResident {
			errs = append(errs, fmt.Errorf("%s (%s) has %d MiB in memory, want %d at most", f.function, f.name, f.resident>>20, mostResident>>20))
		}
	}
	return errors.Join(errs...)
}
