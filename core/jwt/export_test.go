package jwt

// Read reads claims as Verify does, from an issuer that is known by name or not.
func Read(payload []byte, issued bool) (*Claims, error) {
	c, err := readClaims(payload)
	if err == nil {
		c.issued = issued
	}
	return c, err
}
