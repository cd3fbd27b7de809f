package agetest

// Check is used by a test, for which this package exists.
func Check() {}

// Forgotten is not even used there.
func Forgotten() {} // want unreachable
