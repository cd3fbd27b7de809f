// Starts Swagger UI. No validator: it would tell another host about this one.
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  tryItOutEnabled: true,
  validatorUrl: null,
});
