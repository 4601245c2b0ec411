const globals = Object.fromEntries(
    ["Chart", "console", "document", "DOMPurify", "fetch", "getComputedStyle", "localStorage", "luxon", "navigator", "odoo", "setTimeout", "clearTimeout", "URL", "URLSearchParams", "window"].map((name) => [name, "readonly"]),
);

export default [
    {
        files: ["**/static/**/*.js"],
        ignores: ["**/static/lib/**"],
        languageOptions: { ecmaVersion: 2024, sourceType: "module", globals },
        rules: {
            "arrow-body-style": "error",
            curly: "error",
            eqeqeq: ["error", "smart"],
            "no-console": ["error", { allow: ["warn", "error"] }],
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-dupe-args": "error",
            "no-dupe-class-members": "error",
            "no-dupe-keys": "error",
            "no-duplicate-imports": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": ["error", { args: "none" }],
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
