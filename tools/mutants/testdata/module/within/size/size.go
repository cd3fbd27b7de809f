// Package size is of a module within another.
package size

// Fits reports whether n is not too much.
func Fits(n int) bool { return n <= 10 }
