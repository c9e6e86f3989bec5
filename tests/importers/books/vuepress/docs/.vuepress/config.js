module.exports = {
  title: 'Wool',
  lang: 'en-GB',
  themeConfig: {
    sidebar: [
      '/',
      { title: 'Sheep', collapsable: false, children: ['/sheep/', ['/sheep/shear.md', 'Shearing']] },
    ],
  },
}
